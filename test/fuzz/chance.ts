import type { Random } from '../../src/apimachinery/random.ts';

export const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)]!;

/** True once in so many times. */
export const once = (random: Random, inTimes: number): boolean => random.int(inTimes) === 0;

/** Up to `below - 1` of them. */
export const some = <T>(random: Random, below: number, make: () => T): T[] =>
  Array.from({ length: random.int(below) }, make);

export const oddTexts: readonly string[] = [
  '',
  ' ',
  '*',
  '-',
  '.',
  '..',
  '/',
  '~',
  '0',
  '-1',
  '1e999',
  '9223372036854775807',
  '18446744073709551616',
  'null',
  'true',
  'All',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '$patch',
  '$retainKeys',
  '$setElementOrder/containers',
  '\u0000',
  '\n',
  '\u2028',
  '\u202e',
  '\ufeff',
  '\ud800',
  'ſ',
  'İ',
  'é',
  '😀',
  'a'.repeat(64),
  'a'.repeat(254),
  'a.'.repeat(200),
  '(a+)+$',
  '100Mi',
  '1e-30',
  '2024-02-30T25:61:61Z',
  '9999-12-31T23:59:60Z',
  '10.0.0.1',
  '::ffff:1.2.3.4',
  '1.2.3.4/33',
  'aGk',
  'default',
  'kube-system',
];

const nested = (levels: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = 'deep';
  for (let i = 0; i < levels; i++) value = wrap(value);
  return value;
};

const oddMakers: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => false,
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => ({ a: null }),
  () => JSON.parse('{"__proto__": {"polluted": true}}'),
  () => JSON.parse('{"constructor": {"prototype": {"polluted": true}}}'),
  (random) =>
    pick(random, [
      0,
      -0,
      1,
      -1,
      1.5,
      65_536,
      2 ** 31 - 1,
      2 ** 31,
      -(2 ** 31) - 1,
      2 ** 53,
      2 ** 63,
      1e21,
      1e308,
    ]),
  (random) => pick(random, oddTexts),
  (random) => pick(random, oddTexts).repeat(1 + random.int(40)),
  (random) => nested(pick(random, [5, 60, 998, 1_001]), (inner) => [inner]),
  (random) => nested(pick(random, [5, 60, 998, 1_001]), (inner) => ({ a: inner })),
  (random) => Array.from({ length: random.int(300) }, () => pick(random, oddTexts)),
];

export const oddValue = (random: Random): unknown => pick(random, oddMakers)(random);
