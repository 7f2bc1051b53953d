import { deepEqual } from './equality.ts';
import { type Functions, fail } from './library.ts';
import { isInt } from './replacements.ts';

const inOrder = (a: never, b: never): boolean => a <= b;

function ordered(name: string, list: readonly never[], better: (a: never, b: never) => boolean): unknown {
  if (list.length === 0) fail(`${name} called on empty list`);
  return list.reduce((best, item) => (better(item, best) ? item : best));
}

function sum(list: readonly bigint[]): bigint {
  const total = list.reduce((all, item) => all + item, 0n);
  return isInt(total) ? total : fail('integer overflow');
}

/** Kubernetes' `lists` library. */
export const listFunctions: Functions = {
  'list.isSorted(): bool': (list: readonly never[]) =>
    list.every((item, at) => at === 0 || inOrder(list[at - 1]!, item)),
  'list<int>.sum(): int': sum,
  'list<double>.sum(): double': (list: readonly number[]) => list.reduce((all, item) => all + item, 0),
  'list<T>.min(): T': (list: readonly never[]) => ordered('min', list, (a, b) => a < b),
  'list<T>.max(): T': (list: readonly never[]) => ordered('max', list, (a, b) => a > b),
  'list<T>.indexOf(T): int': (list: readonly unknown[], wanted: unknown) =>
    BigInt(list.findIndex((item) => deepEqual(item, wanted))),
  'list<T>.lastIndexOf(T): int': (list: readonly unknown[], wanted: unknown) =>
    BigInt(list.findLastIndex((item) => deepEqual(item, wanted))),
};
