import type { FlagValues } from './flags.ts';

/** Where a command writes; lines end in '\n'. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** One subcommand. */
export interface Command {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** Does the work and answers the exit code. An Error it throws is printed as one line, with exit code 1. */
  run(values: FlagValues, output: Output): Promise<number>;
}
