import { translatedKv } from '../kv/translated.ts';
import type { Kv } from '../kv/types.ts';
import type { Vault } from './vault.ts';

/** A store whose values are sealed on their way in and opened on their way out. Keys, and what is counted, stay readable. */
export interface EncryptedKv extends Kv {
  /** Whether the newest value of a key would be written otherwise today. */
  isStale(key: string): Promise<boolean>;
}

/** Reads reject, and watches end, with a SealedValueError when a value cannot be opened. */
export function encryptedKv(kv: Kv, vault: Vault): EncryptedKv {
  return {
    ...translatedKv(kv, { read: vault.open, write: vault.seal }),
    async isStale(key) {
      const { kv: item } = await kv.get(key);
      return item !== undefined && vault.isStale(key, item.value);
    },
  };
}
