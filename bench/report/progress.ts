/** One line that says what is going on, on terminals only. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

const clearLine = '\r\x1b[K';

export function createProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show() {}, clear() {} };
  return {
    show: (text) => stream.write(clearLine + text.slice(0, stream.columns - 1)),
    clear: () => stream.write(clearLine),
  };
}
