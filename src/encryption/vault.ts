import type { GroupResource } from '../apimachinery/gvk.ts';
import type { Random } from '../apimachinery/random.ts';
import { identity } from './ciphers/identity.ts';
import type { EncryptionRule } from './config.ts';
import { type Provider, SealedValueError } from './types.ts';

/** Seals and opens the values of a store, each by the rule of the resource that its key belongs to. */
export interface Vault {
  seal(key: string, plain: Uint8Array): Uint8Array;
  /** Throws a SealedValueError. */
  open(key: string, stored: Uint8Array): Uint8Array;
  /** Whether the value would be written otherwise today: with another key, or sealed at all. */
  isStale(key: string, stored: Uint8Array): boolean;
  /** From now on these rules count. */
  use(rules: readonly EncryptionRule[]): void;
}

/** Where the objects of a resource lie: `/registry/api/v1/secrets/`. */
export interface Place extends GroupResource {
  readonly prefix: string;
}

const plainly: readonly Provider[] = [{ prefix: '', cipher: identity }];

export function createVault(places: readonly Place[], random: Random): Vault {
  const providers = new Map<string, readonly Provider[]>();

  /** The rule for the longest prefix of the key that is a resource's. */
  const providersFor = (key: string): readonly Provider[] => {
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      const found = providers.get(key.slice(0, end + 1));
      if (found) return found;
    }
    return plainly;
  };
  const rulesFor = (rules: readonly EncryptionRule[], resource: GroupResource) =>
    rules.find(({ resources }) => resources.some((pattern) => pattern.matches(resource)))?.providers;

  return {
    seal(key, plain) {
      const [{ prefix, cipher }] = providersFor(key) as readonly [Provider];
      const sealed = cipher.seal(plain, key, random);
      return prefix === '' ? sealed : Buffer.concat([Buffer.from(prefix), sealed]);
    },
    open(key, stored) {
      const candidates = providersFor(key).filter(({ prefix }) => startsWith(stored, prefix));
      let problem: unknown = new Error('no matching prefix found');
      for (const { prefix, cipher } of candidates) {
        try {
          return cipher.open(stored.subarray(prefix.length), key);
        } catch (error) {
          problem = error;
        }
      }
      throw new SealedValueError(key, reasonOf(problem));
    },
    isStale: (key, stored) => {
      const [{ prefix, cipher }] = providersFor(key) as readonly [Provider];
      if (!startsWith(stored, prefix)) return true;
      try {
        cipher.open(stored.subarray(prefix.length), key);
        return false;
      } catch {
        return true;
      }
    },
    use(rules) {
      providers.clear();
      for (const { prefix, ...resource } of places) {
        const found = rulesFor(rules, resource);
        if (found) providers.set(prefix, found);
      }
    },
  };
}

/** Messages of cryptographic libraries say nothing of the content. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error');

function startsWith(bytes: Uint8Array, prefix: string): boolean {
  if (bytes.length < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) if (bytes[at] !== prefix.charCodeAt(at)) return false;
  return true;
}
