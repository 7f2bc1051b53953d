import type { ExecCall } from '../../apimachinery/container-image.ts';
import { simpleCommands } from './shell-words.ts';

/** What a command finds in its container. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

type Command = (args: readonly string[], call: ExecCall, around: Surroundings) => number | Promise<number>;

const failure = ({ stderr }: ExecCall, text: string): number => {
  stderr.write(`${text}\n`);
  return 1;
};

const commands: Readonly<Record<string, Command>> = {
  true: () => 0,
  false: () => 1,
  echo(args, { stdout }) {
    const bare = args[0] === '-n';
    stdout.write((bare ? args.slice(1) : args).join(' ') + (bare ? '' : '\n'));
    return 0;
  },
  env(args, call, { env }) {
    if (args.length > 0) return failure(call, 'env: arguments are not simulated');
    for (const [name, value] of Object.entries(env)) call.stdout.write(`${name}=${value}\n`);
    return 0;
  },
  async cat(args, call, { files }) {
    if (args.length === 0) for await (const bytes of call.stdin) call.stdout.write(bytes);
    let code = 0;
    for (const path of args) {
      const bytes = files.get(path);
      if (bytes) call.stdout.write(bytes);
      else code = failure(call, `cat: can't open '${path}': No such file or directory`);
    }
    return code;
  },
  ls(args, call, { files }) {
    const path = (args[0] ?? '/').replace(/\/+$/, '');
    if (args.length > 1 || path.startsWith('-')) return failure(call, 'ls: options are not simulated');
    const names = [...files.keys()].flatMap((one) =>
      one === path ? [path] : one.startsWith(`${path}/`) ? [one.slice(path.length + 1).split('/')[0]!] : [],
    );
    if (names.length === 0) return failure(call, `ls: ${args[0] ?? '/'}: No such file or directory`);
    call.stdout.write(`${[...new Set(names)].sort().join('\n')}\n`);
    return 0;
  },
};

/**
 * Runs a command that is understood without a program: `true`, `false`, `echo`, `env`, `cat` and `ls` of what is mounted, alone or in
 * `sh -c`. Undefined for every other: nothing of it is done.
 */
export async function runUnderstood(call: ExecCall, around: Surroundings): Promise<number | undefined> {
  const [first = '', ...args] = call.command;
  const name = nameOf(first);
  if (!['sh', 'bash', 'ash'].includes(name)) return found(name)?.(args, call, around);
  const script = args[0] === '-c' && args.length === 2 ? simpleCommands(args[1]!) : undefined;
  const isSimple = script?.every(({ words, to }) => to === undefined && isKnown(words));
  if (!script || !isSimple) return undefined;
  let code = 0;
  for (const { after, words } of script) {
    if ((after === '&&' && code !== 0) || (after === '||' && code === 0)) continue;
    if (words[0] === 'exit') return Number(words[1] ?? code) & 0xff;
    code = await found(nameOf(words[0]!))!(words.slice(1), call, around);
  }
  return code;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const found = (name: string): Command | undefined =>
  Object.hasOwn(commands, name) ? commands[name] : undefined;

const isKnown = ([first = '', ...args]: readonly string[]): boolean =>
  first === 'exit' ? args.length <= 1 && /^\d*$/.test(args[0] ?? '') : found(nameOf(first)) !== undefined;
