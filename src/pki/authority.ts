import { type KeyObject, X509Certificate } from 'node:crypto';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Issuer } from './certificate.ts';
import { PkiError } from './files.ts';
import { issue } from './issue.ts';
import type { KeyStore } from './key-store.ts';
import { checkPair, newPrivateKey, parseCertificate, parsePrivateKey } from './pem.ts';

/** What an authority that was made here is called. */
export const authorityName = 'binnacle-ca';

const dayMs = 24 * 60 * 60 * 1000;
/** Ten years, as kubeadm's. */
export const authorityLifetimeMs = 3650 * dayMs;

export interface Authority {
  /** PEM. */
  readonly cert: string;
  readonly certificate: X509Certificate;
  /** Absent when only the certificate is here: an authority whose key is kept elsewhere. */
  readonly issuer: Issuer | undefined;
}

/** The authority in `ca.crt` and `ca.key`; a new one when there is no `ca.crt`. */
export async function ensureAuthority(
  store: KeyStore,
  tools: { readonly clock: Clock; readonly random: Random },
): Promise<Authority> {
  const cert = store.read('ca.crt');
  if (cert === undefined) return newAuthority(store, tools);
  const path = store.path('ca.crt');
  const certificate = parseCertificate(path, cert);
  if (certificate.validToDate.getTime() <= tools.clock.now()) {
    throw new PkiError(path, `expired on ${certificate.validTo}; remove it to have a new one made`);
  }
  const keyText = store.read('ca.key');
  if (keyText === undefined) return { cert, certificate, issuer: undefined };
  const { key } = parsePrivateKey(store.path('ca.key'), keyText);
  checkPair(path, certificate, store.path('ca.key'), key);
  return { cert, certificate, issuer: { key, certificate } };
}

async function newAuthority(
  store: KeyStore,
  tools: { readonly clock: Clock; readonly random: Random },
): Promise<Authority> {
  const { key } = await store.key('ca.key');
  const authority = await authorityOf(key, tools);
  store.put('ca.crt', authority.cert);
  return authority;
}

/** An authority that is kept in memory only. */
export const passingAuthority = async (tools: { readonly clock: Clock; readonly random: Random }) =>
  authorityOf((await newPrivateKey()).key, tools);

async function authorityOf(key: KeyObject, tools: { readonly clock: Clock; readonly random: Random }) {
  const subject = { purpose: 'authority', commonName: authorityName } as const;
  const cert = await issue(subject, authorityLifetimeMs, key, { key }, tools);
  const certificate = new X509Certificate(cert);
  return { cert, certificate, issuer: { key, certificate } };
}
