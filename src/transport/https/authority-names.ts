import { X509Certificate } from 'node:crypto';

/**
 * Certificates that have the names of the given authorities (PEM) and keys that nobody has. The runtime names to clients whom it
 * trusts itself, and checks certificates against them; of one that it finds good it hands over no intermediates. Here the
 * core judges and needs them, so the runtime must know the names and must not be able to check anything.
 */
export const namesOf = (authorities: readonly string[]): string[] =>
  authorities.map((pem) => {
    const { raw, publicKey } = new X509Certificate(pem);
    const key = publicKey.export({ type: 'spki', format: 'der' });
    const last = raw.indexOf(key) + key.length - 1;
    if (last < key.length) return pem;
    const altered = Buffer.from(raw);
    altered[last]! ^= 0xff;
    return `-----BEGIN CERTIFICATE-----\n${altered.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
  });
