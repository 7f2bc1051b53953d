import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export async function runCommand(
  file: string,
  args: readonly string[],
  { cwd, env, stdin = '' }: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(file, args, { cwd, env: { PATH: process.env['PATH'], ...env } });
  // A program may end without reading what it is given.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

const word = /(?:'[^']*'|"[^"]*"|[^\s'"])+/g;
const quoted = /'([^']*)'|"([^"]*)"/g;

/** A command line into its words, as a shell does as far as quotes go. */
export const words = (line: string): string[] =>
  (line.match(word) ?? []).map((raw) =>
    raw.replace(quoted, (_all, single?: string, double?: string) => single ?? double ?? ''),
  );
