import type { Output } from './command.ts';

/** How far long work has come. */
export interface Progress {
  step(done: number, total: number, what: string): void;
  /** Leaves the line empty. */
  end(): void;
}

const barWidth = 24;
const none: Progress = { step() {}, end() {} };

/** A bar on one line of the terminal that errors go to; nothing when that is no terminal. */
export function progressBar(output: Output, isTerminal: boolean): Progress {
  if (!isTerminal) return none;
  let last = '';
  return {
    step(done, total, what) {
      const part = total === 0 ? 1 : done / total;
      const full = Math.round(part * barWidth);
      const line = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${Math.floor(part * 100)}% ${what}`;
      if (line === last) return;
      last = line;
      output.err(`\r\x1b[K${line}`);
    },
    end: () => output.err('\r\x1b[K'),
  };
}
