import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { cryptoRandom } from '../apimachinery/random.ts';
import type { Output, Tool } from './command.ts';
import { UsageError } from './parse-flags.ts';

const usage = `Reads a password, from the terminal or as the first line of the input, and prints what may stand for it in a
file for --basic-auth-file: scrypt with a salt of its own.

Usage:
  binnacle hash-password
`;

/** Hashes a password. */
export const hashPasswordTool: Tool = Object.freeze({
  name: 'hash-password',
  summary: 'Prints what may stand for a password in a file for --basic-auth-file.',
  async run(args, output) {
    if (args.includes('-h') || args.includes('--help')) {
      output.out(usage);
      return 0;
    }
    if (args.length > 0) throw new UsageError(`unexpected argument ${JSON.stringify(args[0])}`);
    const password = await readPassword(output);
    if (password === '') throw new Error('the password is empty');
    const { hashPassword } = await import('../authentication/basic/password-hash.ts');
    output.out(`${await hashPassword(password, cryptoRandom)}\n`);
    return 0;
  },
} satisfies Tool);

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** A line of the input, which a terminal does not show. */
async function readPassword(output: Output): Promise<string> {
  const { stdin } = process;
  if (stdin.isTTY) output.err('Password: ');
  const lines = createInterface({ input: stdin, output: nowhere(), terminal: stdin.isTTY === true });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (stdin.isTTY) output.err('\n');
  }
}
