import { bind } from './binding.ts';
import { evict } from './eviction.ts';
import { requestToken } from './token.ts';
import type { Action } from './types.ts';

/** By `group/resource/subresource`. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ['/pods/binding', bind],
  ['/pods/eviction', evict],
  ['/serviceaccounts/token', requestToken],
]);
