import type { Random } from '../apimachinery/random.ts';

/**
 * One way to make bytes unreadable, with one key. `key` is where in the store the bytes lie; ciphers that can bind the bytes to
 * it do, so that a value cannot be moved to another place. `open` throws for bytes that are not its own.
 */
export interface Cipher {
  seal(plain: Uint8Array, key: string, random: Random): Uint8Array;
  open(sealed: Uint8Array, key: string): Uint8Array;
}

/** A cipher with the prefix by which its values are known: `k8s:enc:aescbc:v1:KEYNAME:`, '' for values as they are. */
export interface Provider {
  readonly prefix: string;
  readonly cipher: Cipher;
}

/** A value that cannot be read: the message names its key in the store and nothing of its content. */
export class SealedValueError extends Error {
  constructor(key: string, why: string) {
    super(`the value of ${key} cannot be decrypted: ${why}`);
    this.name = 'SealedValueError';
  }
}
