import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Cipher } from '../types.ts';

const blockBytes = 16;

/**
 * AES in CBC mode with PKCS #7 padding: sixteen bytes of initialization vector, then the data. Not authenticated: somebody who
 * can write to the store can change what is read. `key` has 16, 24 or 32 bytes.
 */
export function aescbc(key: Uint8Array): Cipher {
  const algorithm = `aes-${key.length * 8}-cbc`;
  return {
    seal(plain, _place, random) {
      const vector = random.bytes(blockBytes);
      const cipher = createCipheriv(algorithm, key, vector);
      return Buffer.concat([vector, cipher.update(plain), cipher.final()]);
    },
    open(sealed) {
      if (sealed.length < 2 * blockBytes)
        throw new Error('the stored data was shorter than the required size');
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, blockBytes));
      return Buffer.concat([decipher.update(sealed.subarray(blockBytes)), decipher.final()]);
    },
  };
}
