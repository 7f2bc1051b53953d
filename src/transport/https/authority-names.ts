import { X509Certificate } from 'node:crypto';

/**
 * Certificates that have the names of the given authorities (PEM) and a key that cannot sign. The runtime names to clients whom
 * it trusts itself, and checks certificates against them; of one that it finds good it hands over no intermediates. Here
 * the core judges and needs them, so the runtime must know the names and must not be able to check anything. The key must be a
 * sound one of another kind: one that cannot be read, or a signature that does not fit, leaves an error behind that ends the
 * handshakes of clients whose certificate does not come in one piece with what follows it.
 */
export const namesOf = (authorities: readonly string[]): string[] =>
  authorities.map((pem) => {
    const { raw, publicKey } = new X509Certificate(pem);
    const key = publicKey.export({ type: 'spki', format: 'der' });
    const at = raw.indexOf(key);
    if (at < 0) return pem;
    const outer = contentOf(raw, 0);
    const inner = contentOf(raw, outer.start);
    const signed = sequence(
      raw.subarray(inner.start, at),
      x25519Key,
      raw.subarray(at + key.length, inner.end),
    );
    const altered = sequence(signed, raw.subarray(inner.end, outer.end));
    return `-----BEGIN CERTIFICATE-----\n${altered.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
  });

/** SubjectPublicKeyInfo of a key that agrees on secrets and never signs (RFC 8410); which one does not matter. */
const x25519Key = Buffer.from(`302a300506032b656e032100${'09'.padEnd(64, '0')}`, 'hex');

const longForm = 0x80;

/** Where the content of the DER element at `at` is; its tag is one byte. */
function contentOf(der: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = der[at + 1]!;
  const lengthBytes = first < longForm ? 0 : first - longForm;
  const start = at + 2 + lengthBytes;
  return { start, end: start + (lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes)) };
}

/** SEQUENCE of elements that are encoded already. */
function sequence(...elements: readonly Buffer[]): Buffer {
  const content = Buffer.concat(elements);
  const digits = content.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  const isShort = content.length < longForm;
  return Buffer.concat([Buffer.from(isShort ? [0x30] : [0x30, longForm + length.length]), length, content]);
}
