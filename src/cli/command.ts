import type { FlagValues } from './flags.ts';

/** Where a command writes; lines end in '\n'. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** One subcommand that takes the flags of the server. */
export interface Command {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** Does the work and answers the exit code. An Error it throws is printed as one line, with exit code 1. */
  run(values: FlagValues, output: Output): Promise<number>;
}

/** One subcommand with arguments of its own; it must be the first word of the command line. */
export interface Tool {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  /** As `Command.run`, with what follows the name. */
  run(args: readonly string[], output: Output): Promise<number>;
}
