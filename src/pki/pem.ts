import { createPrivateKey, generateKeyPair, type KeyObject, X509Certificate } from 'node:crypto';
import { PkiError } from './files.ts';

/** A private key with the text it has on disk. */
export interface PrivateKey {
  readonly key: KeyObject;
  readonly pem: string;
}

/** An ECDSA P-256 key: made in about a millisecond, understood by every client. */
export async function newPrivateKey(): Promise<PrivateKey> {
  const key = await new Promise<KeyObject>((resolve, reject) => {
    generateKeyPair('ec', { namedCurve: 'P-256' }, (error, _public, made) =>
      error ? reject(error) : resolve(made),
    );
  });
  return { key, pem: key.export({ type: 'sec1', format: 'pem' }) as string };
}

export function parsePrivateKey(path: string, pem: string): PrivateKey {
  try {
    return { key: createPrivateKey(pem), pem };
  } catch (error) {
    throw new PkiError(path, 'is not a private key in PEM form', { cause: error });
  }
}

/** The first certificate of a file. */
export function parseCertificate(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new PkiError(path, 'is not a certificate in PEM form', { cause: error });
  }
}

/** Checks that a certificate and a key belong together. */
export function checkPair(
  certificatePath: string,
  certificate: X509Certificate,
  keyPath: string,
  key: KeyObject,
): void {
  if (!certificate.checkPrivateKey(key))
    throw new PkiError(certificatePath, `does not belong to the key in ${keyPath}`);
}
