import type { Tool } from './command.ts';
import { nearest } from './nearest.ts';
import { UsageError } from './parse-flags.ts';
import { compact } from './store/compact.ts';
import { exportCommand } from './store/export.ts';
import { importCommand } from './store/import.ts';
import { restore } from './store/restore.ts';
import { snapshot } from './store/snapshot.ts';
import { status } from './store/status.ts';
import { verify } from './store/verify.ts';

const subcommands = Object.freeze([status, compact, snapshot, restore, exportCommand, importCommand, verify]);

const width = Math.max(...subcommands.map(({ name }) => name.length));
const usage = `Works on what a server stores, in a directory (SQLite) or in etcd, without a server.

Usage:
  binnacle store COMMAND [flags]

Commands:
${subcommands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('')}
binnacle store COMMAND --help says more.
`;

const isHelp = (word: string): boolean => word === '--help' || word === '-h';

export const store: Tool = Object.freeze({
  name: 'store',
  summary: 'Backs up, moves and checks what a server stores.',
  async run([word, ...args], output) {
    if (word === undefined || isHelp(word)) {
      output.out(usage);
      return word === undefined ? 1 : 0;
    }
    const found = subcommands.find(({ name }) => name === word);
    if (!found) {
      const names = subcommands.map(({ name }) => name);
      const like = nearest(word, names) ?? names.join(', ');
      throw new UsageError(`unknown command ${JSON.stringify(`store ${word}`)}; did you mean ${like}?`);
    }
    if (!args.some(isHelp)) return found.run(args, output);
    output.out(found.usage);
    return 0;
  },
} satisfies Tool);
