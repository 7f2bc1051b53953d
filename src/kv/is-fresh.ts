import type { Kv } from './types.ts';

/** Whether no server has written anything into the store so far. */
export const isFresh = async (kv: Kv): Promise<boolean> =>
  kv.shared ? (await kv.count('/registry/')).count === 0 : kv.revision() <= 1;
