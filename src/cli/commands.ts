import type { Command } from './command.ts';
import { serve } from './serve.ts';

/** All subcommands; the first one is run when none is named. */
export const commands: readonly Command[] = Object.freeze([serve]);
