import type { Output } from '../command.ts';

/** What follows `binnacle store`. */
export interface Subcommand {
  readonly name: string;
  readonly summary: string;
  /** What its `--help` prints. */
  readonly usage: string;
  /** As `Tool.run`, with what follows the name. */
  run(args: readonly string[], output: Output): Promise<number>;
}
