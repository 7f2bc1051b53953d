/** Whether two values are the same one to CEL. */
export const deepEqual = (a: unknown, b: unknown): boolean => {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, at) => deepEqual(item, b[at]));
  }
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, item]) => b.has(key) && deepEqual(item, b.get(key)));
  }
  // biome-ignore lint/suspicious/noDoubleEquals: a whole number equals the same number with a fraction of zero.
  if (typeof a !== typeof b && isNumber(a) && isNumber(b)) return a == b;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return a === b;
};

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint';
