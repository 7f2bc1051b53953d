import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Cipher } from '../types.ts';

const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES in Galois/counter mode: twelve random bytes, the data, sixteen bytes of tag; bound to the key in the store. Random nonces
 * of this length limit how many values one key may write: it has to be changed every 200,000 writes. `key` has 16, 24 or 32
 * bytes.
 */
export function aesgcm(key: Uint8Array): Cipher {
  const algorithm = `aes-${key.length * 8}-gcm` as 'aes-256-gcm';
  return {
    seal(plain, place, random) {
      const nonce = random.bytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce);
      cipher.setAAD(Buffer.from(place));
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, place) {
      if (sealed.length < nonceBytes + tagBytes) {
        throw new Error('the stored data was shorter than the required size');
      }
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    },
  };
}
