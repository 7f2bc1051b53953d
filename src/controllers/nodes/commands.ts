import type { IContainer } from 'kubernetes-models/v1';
import { type DeclaredCourse, type DeclaredLine, runsOn } from './declared.ts';
import { type ShellCommand, simpleCommands } from './shell-words.ts';

const secondMs = 1_000;
const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 };
const shells = ['sh', 'bash', 'ash', 'dash'];
const terminationLog = '/dev/termination-log';

/** What has happened after some commands. */
interface Progress {
  atMs: number;
  exitCode: number;
  /** The script is at its end. */
  done: boolean;
  stopsOnError: boolean;
  readonly lines: DeclaredLine[];
  message?: string;
}

/**
 * How a container goes whose command is understood without being run: `true`, `false`, `exit`, `sleep` and `echo` as busybox has them,
 * alone or in a script of a shell that has nothing but these. Undefined for everything else.
 */
export function courseOfCommand({ command = [], args = [] }: IContainer): DeclaredCourse | undefined {
  const words = [...command, ...args];
  const commands = commandsOf(words);
  if (!commands) return undefined;
  const progress: Progress = { atMs: 0, exitCode: 0, done: false, stopsOnError: false, lines: [] };
  for (const one of commands) {
    if (progress.done) break;
    if (one.after === '&&' && progress.exitCode !== 0) continue;
    if (one.after === '||' && progress.exitCode === 0) continue;
    if (!run(one, progress)) return undefined;
    if (progress.atMs === Number.POSITIVE_INFINITY) return { ...runsOn, lines: progress.lines };
    if (progress.stopsOnError && progress.exitCode !== 0) progress.done = true;
  }
  const { atMs, exitCode, lines, message } = progress;
  return { ...runsOn, runsMs: atMs, exitCode, lines, ...(message === undefined ? {} : { message }) };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function commandsOf(words: readonly string[]): readonly ShellCommand[] | undefined {
  const [first = '', option = '', script, ...more] = words;
  if (!shells.includes(nameOf(first))) return words.length === 0 ? undefined : [{ after: ';', words }];
  if (script === undefined || more.length > 0) return undefined;
  if (!/^-[eux]*c$/.test(option)) return undefined;
  const commands = simpleCommands(script);
  return option.includes('e') && commands ? [{ after: ';', words: ['set', '-e'] }, ...commands] : commands;
}

/** False when the command is none of those that are understood. */
function run({ words, to }: ShellCommand, progress: Progress): boolean {
  const [first = '', ...args] = words;
  const name = nameOf(first);
  progress.exitCode = 0;
  switch (name) {
    case 'true':
    case ':':
      return true;
    case 'false':
      progress.exitCode = 1;
      return true;
    case 'exit':
      progress.exitCode = Number(args[0] ?? 0) & 0xff;
      progress.done = true;
      return args.length <= 1 && /^\d*$/.test(args[0] ?? '');
    case 'set':
      progress.stopsOnError ||= args.some((arg) => /^-[a-z]*e/.test(arg));
      return args.every((arg) => /^-[eux]+$/.test(arg));
    case 'exec':
      progress.done = true;
      return run({ after: ';', words: args, ...(to === undefined ? {} : { to }) }, progress);
    case 'echo':
      echo(args, to, progress);
      return true;
    case 'sleep':
      return sleep(args, progress);
    default:
      return false;
  }
}

function echo(args: readonly string[], to: string | undefined, progress: Progress): void {
  const bare = args[0] === '-n';
  const text = (bare ? args.slice(1) : args).join(' ') + (bare ? '' : '\n');
  if (to === terminationLog) progress.message = (progress.message ?? '') + text;
  else if (to !== '/dev/null') {
    const stream = to === '&2' || to === '/dev/stderr' ? 'stderr' : 'stdout';
    progress.lines.push({ afterMs: progress.atMs, stream, text });
  }
}

function sleep(args: readonly string[], progress: Progress): boolean {
  if (args.length === 0) return false;
  for (const arg of args) {
    if (arg === 'infinity' || arg === 'inf') {
      progress.atMs = Number.POSITIVE_INFINITY;
      continue;
    }
    const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(arg);
    if (!match) return false;
    progress.atMs += Number(match[1]) * units[match[2]!]! * secondMs;
  }
  return true;
}
