import type { Flag } from './flag.ts';
import { type FlagName, type FlagValues, flags, helpFlag, versionFlag } from './flags.ts';
import { nearest } from './nearest.ts';
import { noEffectFlags } from './no-effect-flags.ts';

/** A command line that cannot be understood; the message is for the person who typed it. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export interface ParsedFlags {
  readonly values: FlagValues;
  /** What is neither a flag nor a flag's value. */
  readonly words: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
  /** Flags given that change nothing, each once, in order. */
  readonly noEffect: readonly string[];
}

/** Short forms, as kube-apiserver has them. */
const shorthands: ReadonlyMap<string, string> = new Map([
  ['v', 'v'],
  ['h', helpFlag],
]);

const table: ReadonlyMap<string, Flag<unknown>> = new Map(Object.entries(flags));

/** Long flags may be written with underscores, as kube-apiserver allows. */
const longName = (typed: string) => typed.replaceAll('_', '-');

interface Given {
  readonly name: string;
  readonly value: string | undefined;
}

/** Splits `--name=value`, `--name` and `-v=4`, `-v4`; undefined for what is no flag. */
function split(argument: string): Given | undefined {
  if (argument.startsWith('--')) {
    const at = argument.indexOf('=');
    const name = at < 0 ? argument.slice(2) : argument.slice(2, at);
    return { name: longName(name), value: at < 0 ? undefined : argument.slice(at + 1) };
  }
  if (!/^-[^-]/.test(argument)) return undefined;
  const name = shorthands.get(argument[1]!);
  if (name === undefined) throw new UsageError(`unknown flag: -${argument[1]}`);
  const rest = argument.slice(2).replace(/^=/, '');
  return { name, value: rest === '' ? undefined : rest };
}

function isBare(name: string): boolean {
  if (name === helpFlag || name === versionFlag) return true;
  const known = table.get(name)?.type ?? noEffectFlags.get(name);
  if (known === undefined) throw unknown(name);
  return known.bare === true;
}

function unknown(name: string): UsageError {
  const like = nearest(name, [...table.keys(), ...noEffectFlags.keys(), helpFlag, versionFlag]);
  return new UsageError(`unknown flag: --${name}${like === undefined ? '' : `; did you mean --${like}?`}`);
}

function convert(name: string, text: string, earlier: unknown): unknown {
  try {
    return table.get(name)!.type.parse(text, earlier);
  } catch (error) {
    throw new UsageError(`invalid value for --${name}: ${(error as Error).message}`);
  }
}

/**
 * Reads a command line the way kube-apiserver's flag library does: `--a=b`, `--a b`, bare switches, repeated flags, `--` ends
 * the flags. Throws UsageError.
 */
export function parseFlags(argv: readonly string[]): ParsedFlags {
  const given = new Map<string, unknown>();
  const noEffect = new Set<string>();
  const words: string[] = [];
  const asked = { [helpFlag]: false, [versionFlag]: false };

  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--') {
      words.push(...argv.slice(i + 1));
      break;
    }
    const flag = split(argument);
    if (flag === undefined) {
      words.push(argument);
      continue;
    }
    const { name } = flag;
    const value = flag.value ?? (isBare(name) ? 'true' : argv[++i]);
    if (value === undefined) throw new UsageError(`flag needs an argument: --${name}`);
    if (name === helpFlag || name === versionFlag) asked[name] = value !== 'false';
    else if (table.has(name)) given.set(name, convert(name, value, given.get(name)));
    else if (noEffectFlags.has(name)) noEffect.add(name);
    else throw unknown(name);
  }
  return { values: valuesOf(given), words, noEffect: [...noEffect], ...asked };
}

function valuesOf(given: ReadonlyMap<string, unknown>): FlagValues {
  const names = Object.keys(flags) as FlagName[];
  return Object.fromEntries(
    names.map((name) => [name, given.has(name) ? given.get(name) : flags[name].default]),
  ) as FlagValues;
}
