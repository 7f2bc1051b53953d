import { createHash } from 'node:crypto';
import type { KeyValue } from '../kv/types.ts';
import { builtinResources } from '../resources/index.ts';
import { historyMarksKey } from '../storage/history-marks.ts';
import { resourcePrefix } from '../storage/keys.ts';

/** Which servers there are, for fifteen seconds, and when this store's revisions were made: wrong anywhere else. */
const passing = ['/registry/masterleases/', historyMarksKey];

/** Whether a key means something in another store, or later. */
export const isLasting = (key: string): boolean => !passing.some((prefix) => key.startsWith(prefix));

const eventPrefixes = builtinResources
  .filter(({ resource }) => resource === 'events')
  .flatMap((definition) => [resourcePrefix('binnacle', definition), resourcePrefix('upstream', definition)]);

/** Whether the server puts the key under a lease, so that it goes away by itself. */
export const isLeased = (key: string): boolean => eventPrefixes.some((prefix) => key.startsWith(prefix));

/** A digest of keys, versions and values, in the order of the keys. */
export interface Digest {
  add(item: Pick<KeyValue, 'key' | 'value' | 'modRevision'>): void;
  /** `sha256:…`; ends it. */
  text(): string;
}

/** Without versions when `hasVersions` is false: of stores that number the same objects differently. */
export function createDigest(hasVersions = true): Digest {
  const hash = createHash('sha256');
  return {
    add({ key, value, modRevision }) {
      // Lengths keep apart what would be the same bytes side by side.
      hash.update(`${key} ${hasVersions ? modRevision : 0} ${value.byteLength}\n`);
      hash.update(value);
    },
    text: () => `sha256:${hash.digest('hex')}`,
  };
}
