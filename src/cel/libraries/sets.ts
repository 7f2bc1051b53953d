import { deepEqual } from './equality.ts';
import type { Functions } from './library.ts';

type List = readonly unknown[];

/** What `sets.contains` is called on. */
class SetsNamespace {}

const namespaceName = 'kubernetes.SetsNamespace';

export const setsType = { name: namespaceName, type: SetsNamespace };

export const setsConstant = { name: 'sets', type: namespaceName, value: new SetsNamespace() };

const has = (list: List, wanted: unknown): boolean => list.some((item) => deepEqual(item, wanted));
const contains = (list: List, wanted: List): boolean => wanted.every((item) => has(list, item));

/** cel-go's `sets` library: lists of which neither order nor repetition counts. */
export const setFunctions: Functions = {
  [`${namespaceName}.contains(list, list): bool`]: (_: unknown, list: List, wanted: List) =>
    contains(list, wanted),
  [`${namespaceName}.equivalent(list, list): bool`]: (_: unknown, a: List, b: List) =>
    contains(a, b) && contains(b, a),
  [`${namespaceName}.intersects(list, list): bool`]: (_: unknown, a: List, b: List) =>
    a.some((item) => has(b, item)),
};
