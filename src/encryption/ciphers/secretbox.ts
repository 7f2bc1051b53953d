import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import type { Cipher } from '../types.ts';

const nonceBytes = 24;
const tagBytes = 16;

/** NaCl's secretbox: 24 random bytes, sixteen bytes of tag, the data. `key` has 32 bytes. */
export function secretbox(key: Uint8Array): Cipher {
  return {
    seal(plain, _place, random) {
      const nonce = random.bytes(nonceBytes);
      return Buffer.concat([nonce, xsalsa20poly1305(key, nonce).encrypt(plain)]);
    },
    open(sealed) {
      if (sealed.length < nonceBytes + tagBytes) {
        throw new Error('the stored data was shorter than the required size');
      }
      return xsalsa20poly1305(key, sealed.subarray(0, nonceBytes)).decrypt(sealed.subarray(nonceBytes));
    },
  };
}
