import type { Command, Tool } from './command.ts';
import { hashPasswordTool } from './hash-password.ts';
import { rewrite } from './rewrite.ts';
import { serve } from './serve.ts';
import { store } from './store.ts';
import { token } from './token.ts';
import { user } from './user.ts';
import { why } from './why.ts';

/** Subcommands of the server; the first one is run when none is named. */
export const commands: readonly Command[] = Object.freeze([serve]);

/** Subcommands that ask a running server or work on files. */
export const tools: readonly Tool[] = Object.freeze([token, user, why, hashPasswordTool, rewrite, store]);
