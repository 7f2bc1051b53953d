import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { configError } from '../../configuration/config-error.ts';
import { readText } from '../../configuration/read-text.ts';

/** A key that verifies tokens. */
export interface VerificationKey {
  readonly id: string;
  readonly algorithm: string;
  readonly key: KeyObject;
}

/** A key that signs tokens, with the one that verifies them. */
export interface SigningKey extends VerificationKey {
  readonly privateKey: KeyObject;
}

/** Curves as OpenSSL names them. */
const algorithmOfCurve: ReadonlyMap<string | undefined, string> = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
]);

/** RS256 for every RSA key, as the reference server; undefined for a key that signs no tokens. */
function algorithmOf(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  if (key.asymmetricKeyType !== 'ec') return undefined;
  return algorithmOfCurve.get(key.asymmetricKeyDetails?.namedCurve);
}

/** What the `kid` of a token says: SHA-256 of the DER of the public key. */
export const keyId = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url');

function verificationKey(key: KeyObject): VerificationKey | undefined {
  const algorithm = algorithmOf(key);
  return algorithm === undefined ? undefined : { id: keyId(key), algorithm, key };
}

const blockPattern = /-----BEGIN ([^\r\n-]+)-----[\s\S]+?-----END \1-----/g;

/** PEM blocks of other things, such as EC PARAMETERS, are passed over. */
const blocksOf = (text: string): string[] => [...text.matchAll(blockPattern)].map(([block]) => block);

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** The signing key in a PEM text. Undefined when there is no RSA or ECDSA private key in it. */
export function parseSigningKey(text: string): SigningKey | undefined {
  for (const block of blocksOf(text)) {
    const privateKey = attempt(() => createPrivateKey(block));
    const verification = privateKey && verificationKey(createPublicKey(privateKey));
    if (privateKey && verification) return { ...verification, privateKey };
  }
  return undefined;
}

/** The keys in a PEM text, be they public, private or in a certificate. */
export const parseVerificationKeys = (text: string): VerificationKey[] =>
  blocksOf(text).flatMap((block) => {
    const key = attempt(() => createPublicKey(block));
    return (key && verificationKey(key)) ?? [];
  });

/** Throws a ConfigError when the file has no such key. */
export async function readSigningKey(path: string): Promise<SigningKey> {
  const key = parseSigningKey(await readText(path));
  if (!key) throw configError(path, 'data does not contain a valid RSA or ECDSA private key');
  return key;
}

/** Throws a ConfigError when the file has none. */
export async function readVerificationKeys(path: string): Promise<VerificationKey[]> {
  const keys = parseVerificationKeys(await readText(path));
  if (keys.length === 0) throw configError(path, 'data does not contain any valid RSA or ECDSA public keys');
  return keys;
}
