import type { Clock } from '../../apimachinery/clock.ts';
import type { ExecCall, OutputWriter } from '../../apimachinery/container-image.ts';
import { absolute, type ContainerFiles } from './container-files.ts';
import { simpleCommands } from './shell-words.ts';
import { tar } from './tar.ts';

/** What a command finds in its container. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly files: ContainerFiles;
  readonly clock: Pick<Clock, 'now'>;
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
      const bytes = files.all.get(absolute(path, files.workingDirectory));
      if (bytes) call.stdout.write(bytes);
      else code = failure(call, `cat: can't open '${path}': No such file or directory`);
    }
    return code;
  },
  ls(args, call, { files }) {
    const path = absolute(args[0] ?? '.', files.workingDirectory);
    if (args.length > 1 || args[0]?.startsWith('-')) return failure(call, 'ls: options are not simulated');
    const folders = files.folders;
    const names = [...files.all.keys(), ...folders].flatMap((one) =>
      one === path && path !== '' && !folders.has(path)
        ? [path]
        : one.startsWith(`${path}/`)
          ? [one.slice(path.length + 1).split('/')[0]!]
          : [],
    );
    if (names.length === 0 && !folders.has(path))
      return failure(call, `ls: ${args[0] ?? '/'}: No such file or directory`);
    for (const name of [...new Set(names)].sort()) call.stdout.write(`${name}\n`);
    return 0;
  },
  test(args, call, { files }) {
    const [option = '', given = ''] = args;
    if (args.length !== 2 || !/^-[def]$/.test(option)) return failure(call, 'test: not simulated') + 1;
    const path = absolute(given, files.workingDirectory);
    const isFolder = option !== '-f' && files.folders.has(path);
    return isFolder || (option !== '-d' && files.all.has(path)) ? 0 : 1;
  },
  tar: (args, call, { files, clock }) => tar(args, call, files, clock.now()),
};

/**
 * Runs a command that is understood without a program: `true`, `false`, `echo`, `env`, `cat`, `ls`, `test` and `tar` of its files, alone or
 * in `sh -c`. Undefined for every other: nothing of it is done.
 */
export async function runUnderstood(call: ExecCall, around: Surroundings): Promise<number | undefined> {
  const [first = '', ...args] = call.command;
  const name = nameOf(first);
  if (!['sh', 'bash', 'ash'].includes(name)) return found(name)?.(args, call, around);
  const resumed = args[0] === '-c' && args.length === 2 ? resumedCopy.exec(args[1]!) : null;
  if (resumed) {
    const path = resumed[2] ?? resumed[1]!.replaceAll(`'\\''`, `'`);
    return tar(
      ['cf', '-', path],
      { ...call, stdout: from(Number(resumed[3]), call.stdout) },
      around.files,
      around.clock.now(),
    );
  }
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

/** What `kubectl cp --retries` asks for, with and without quotes. */
const resumedCopy = /^tar cf - (?:'((?:[^']|'\\'')*)'|([\w./@:+-]+)) \| tail -c\+(\d+)$/;

/** What `tail -c+N` lets through: bytes are counted from 1. */
function from(first: number, { write }: OutputWriter): OutputWriter {
  let skip = Math.max(0, first - 1);
  return {
    write(given) {
      const bytes = Buffer.from(given as Uint8Array);
      write(bytes.subarray(skip));
      skip = Math.max(0, skip - bytes.length);
    },
  };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const found = (name: string): Command | undefined =>
  Object.hasOwn(commands, name) ? commands[name] : undefined;

const isKnown = ([first = '', ...args]: readonly string[]): boolean =>
  first === 'exit' ? args.length <= 1 && /^\d*$/.test(args[0] ?? '') : found(nameOf(first)) !== undefined;
