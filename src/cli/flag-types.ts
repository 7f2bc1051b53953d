import { parseGoDuration } from '../apimachinery/duration.ts';
import { parseCidr } from '../apimachinery/ip.ts';

/** How the text of a flag becomes a value. `parse` throws an Error whose message says what is wrong with the text. */
export interface FlagType<T> {
  /** As `--help` shows it. */
  readonly placeholder: string;
  /** May stand without a value, as `--flag`. */
  readonly bare?: boolean;
  /** `earlier` is what previous occurrences on the same command line made; most types forget it. */
  parse(text: string, earlier: T | undefined): T;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

const maxPort = 65_535;

function integerIn(text: string, min: number, max: number): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`${JSON.stringify(text)} is not a whole number`);
  const value = Number(text);
  if (value < min || value > max) throw new Error(`${value} must be between ${min} and ${max}`);
  return value;
}

export const text: FlagType<string> = { placeholder: 'string', parse: (text) => text };

/** Go's `strconv.ParseBool`. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false] as const),
]);

export const boolean: FlagType<boolean> = {
  placeholder: '',
  bare: true,
  parse(text) {
    const value = booleans.get(text);
    if (value === undefined) throw new Error(`${JSON.stringify(text)} is neither true nor false`);
    return value;
  },
};

export const integer = (min: number, max = Number.MAX_SAFE_INTEGER): FlagType<number> => ({
  placeholder: 'int',
  parse: (text) => integerIn(text, min, max),
});

/** A number above 0, or 0 for the default. */
export const number: FlagType<number> = {
  placeholder: 'float',
  parse(text) {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
      throw new Error(`${JSON.stringify(text)} is not a number that is not negative`);
    }
    return value;
  },
};

/** 0 lets the system choose. */
export const port: FlagType<number> = { placeholder: 'port', parse: (text) => integerIn(text, 0, maxPort) };

/** A Go duration such as `1h30m`, not negative; milliseconds. */
export const durationMs: FlagType<number> = {
  placeholder: 'duration',
  parse(text) {
    const value = parseGoDuration(text);
    if (value < 0) throw new Error(`${text} must not be negative`);
    return value;
  },
};

export const oneOf = <T extends string>(...values: readonly T[]): FlagType<T> => ({
  placeholder: values.join('|'),
  parse(text) {
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) throw new Error(`${JSON.stringify(text)} must be one of ${values.join(', ')}`);
    return value;
  },
});

/** Comma-separated, and may be repeated. */
export const list: FlagType<readonly string[]> = {
  placeholder: 'strings',
  parse: (text, earlier = []) => [...earlier, ...(text === '' ? [] : text.split(','))],
};

/** `key=value`, which may be repeated; the value may have anything in it. */
export const pairs: FlagType<Readonly<Record<string, string>>> = {
  placeholder: 'key=value',
  parse(text, earlier = {}) {
    const at = text.indexOf('=');
    if (at <= 0) throw new Error(`${JSON.stringify(text)} is not key=value`);
    const [key, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    return Object.fromEntries([...Object.entries(earlier), [key, value]]);
  },
};

/** Comma-separated `name=value`, and may be repeated. */
export const amounts: FlagType<Readonly<Record<string, string>>> = {
  placeholder: 'name=amount',
  parse: (text, earlier = {}) =>
    text.split(',').reduce<Readonly<Record<string, string>>>((all, one) => pairs.parse(one, all), earlier),
};

/** A flag that is given once for each of its values, which may have commas in them. */
export const repeated: FlagType<readonly string[]> = {
  placeholder: 'string',
  parse: (text, earlier = []) => [...earlier, text],
};

/** One range, or one of each family. */
export const cidrs: FlagType<readonly string[]> = {
  placeholder: 'cidrs',
  parse(text, earlier) {
    const all = list.parse(text, earlier);
    const families = all.map((one) => {
      const cidr = parseCidr(one);
      if (cidr === undefined) throw new Error(`${JSON.stringify(one)} is not a CIDR`);
      return cidr.family;
    });
    if (all.length === 0 || new Set(families).size < families.length) {
      throw new Error('one range, or one of each IP family, is needed');
    }
    return all;
  },
};

/** `30000-32767`, `30000+2767`, or one port, as `utilnet.PortRange`. Both ends are included. */
export const portRange: FlagType<PortRange> = {
  placeholder: 'from-to',
  parse(text) {
    const match = /^\s*(\d+)\s*(?:([-+])\s*(\d+)\s*)?$/.exec(text);
    if (!match) throw new Error(`${JSON.stringify(text)} is not a range of ports such as 30000-32767`);
    const from = Number(match[1]);
    const to = match[3] === undefined ? from : Number(match[3]) + (match[2] === '+' ? from : 0);
    if (from > to || to > maxPort) throw new Error(`${text} is not a range within 0-${maxPort}`);
    return { from, to };
  },
};

/** `key=value` pairs with true or false as value, as `--runtime-config` takes them; a key alone means true. */
export const switches: FlagType<Readonly<Record<string, boolean>>> = {
  placeholder: 'key=true|false,…',
  parse(text, earlier = {}) {
    const pairs = new Map(Object.entries(earlier));
    for (const pair of text.split(',')) {
      const [key = '', value = 'true'] = pair.trim().split('=', 2);
      if (key !== '') pairs.set(key, boolean.parse(value === '' ? 'true' : value, undefined));
    }
    return Object.fromEntries(pairs);
  },
};
