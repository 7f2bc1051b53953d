export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly stream: 'stdout' | 'stderr';
  /** At most one line, with its end when it has one. */
  readonly text: string | Uint8Array;
}

/** What one attempt of a container writes. The oldest lines are forgotten when they are too many. */
export interface ContainerLog {
  /** In order of time; of what was declared also what is still to come. */
  readonly entries: readonly LogEntry[];
  /** How many entries were forgotten: the number of the first of `entries`. */
  readonly forgotten: number;
  /** When the container ended, in milliseconds since the epoch: what comes later was never written. */
  readonly closedMs: number | undefined;
  write(atMs: number, stream: LogEntry['stream'], text: string | Uint8Array): void;
  /** Nothing more comes. */
  close(atMs: number): void;
  /** Has the callback called when anything of this has changed, until the answer is called. */
  onChange(callback: () => void): () => void;
}

/** Kept of one attempt, in bytes; `containerLogMaxSize` of a kubelet is for a disk. */
export const maxLogBytes = 1024 * 1024;
/** Longer lines are cut into pieces, as container runtimes do it. */
export const maxLogLineBytes = 16 * 1024;

const newline = 0x0a;

export function createContainerLog(declared: readonly LogEntry[] = []): ContainerLog {
  const entries = declared.flatMap((entry) => pieces(entry.text).map((text) => ({ ...entry, text })));
  let callbacks: Set<() => void> | undefined;
  let bytes = 0;
  let forgotten = 0;
  let closedMs: number | undefined;

  const tell = () => {
    for (const callback of [...(callbacks ?? [])]) callback();
  };
  return {
    entries,
    get forgotten() {
      return forgotten;
    },
    get closedMs() {
      return closedMs;
    },
    write(atMs, stream, text) {
      if (closedMs !== undefined) return;
      for (const piece of pieces(text)) {
        entries.push({ atMs, stream, text: piece });
        bytes += piece.length;
      }
      let drop = 0;
      for (; bytes > maxLogBytes; drop++) bytes -= entries[drop]!.text.length;
      entries.splice(0, drop);
      forgotten += drop;
      tell();
    },
    close(atMs) {
      if (closedMs !== undefined) return;
      closedMs = atMs;
      tell();
    },
    onChange(callback) {
      callbacks ??= new Set();
      callbacks.add(callback);
      return () => void callbacks?.delete(callback);
    },
  };
}

/** Whether a line ends with this. */
export const endsLine = ({ text }: LogEntry): boolean =>
  typeof text === 'string' ? text.endsWith('\n') : text.at(-1) === newline;

/** Single lines, and pieces of those that are too long. */
function pieces(text: string | Uint8Array): readonly (string | Uint8Array)[] {
  const end = typeof text === 'string' ? text.indexOf('\n') : text.indexOf(newline);
  if (text.length <= maxLogLineBytes && (end < 0 || end === text.length - 1)) {
    return text.length === 0 ? [] : [text];
  }
  const all: Uint8Array[] = [];
  const bytes = Buffer.from(text as Uint8Array);
  for (let from = 0; from < bytes.length; ) {
    const lineEnd = bytes.indexOf(newline, from);
    const to = Math.min(lineEnd < 0 ? bytes.length : lineEnd + 1, from + maxLogLineBytes);
    all.push(bytes.subarray(from, to));
    from = to;
  }
  return all;
}
