import type { X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import { type Authority, authorityName } from './authority.ts';
import { PkiError } from './files.ts';
import { type CertificateSubject, issue } from './issue.ts';
import type { KeyStore } from './key-store.ts';
import { checkPair, parseCertificate } from './pem.ts';

/** A certificate with its key. */
export interface KeyPair {
  /** PEM. */
  readonly key: string;
  /** PEM, with the chain if there is one. */
  readonly cert: string;
}

const dayMs = 24 * 60 * 60 * 1000;
export const leafLifetimeMs = 365 * dayMs;
/** A certificate that ends sooner than this is made anew. */
export const renewBeforeMs = 30 * dayMs;

/** The certificate in `<name>.crt`, made anew when it is missing or no longer good; its key is kept. */
export async function ensureLeaf(
  store: KeyStore,
  name: 'apiserver' | 'admin',
  subject: CertificateSubject,
  authority: Authority,
  tools: { readonly clock: Clock; readonly random: Random },
): Promise<KeyPair> {
  const existing = store.read(`${name}.crt`);
  const { key, pem } = await store.key(`${name}.key`);
  if (existing !== undefined) {
    const certificate = parseCertificate(store.path(`${name}.crt`), existing);
    if (isGood(certificate, subject, authority, tools.clock.now()) && certificate.checkPrivateKey(key)) {
      return { cert: existing, key: pem };
    }
  }
  if (authority.issuer === undefined) {
    throw new PkiError(store.path('ca.key'), `is missing, so ${name}.crt cannot be signed`);
  }
  const cert = await issue(subject, leafLifetimeMs, key, authority.issuer, tools);
  store.put(`${name}.crt`, cert);
  return { cert, key: pem };
}

/**
 * The serving certificate that somebody put there with its key, undefined when there is none or it was made here: it is the one to be
 * served, whoever signed it and for how long. Throws PkiError when the key is not its own.
 */
export async function broughtPair(store: KeyStore, authority: Authority): Promise<KeyPair | undefined> {
  const cert = store.read('apiserver.crt');
  if (cert === undefined) return undefined;
  const path = store.path('apiserver.crt');
  const certificate = parseCertificate(path, cert);
  if (certificate.issuer === `CN=${authorityName}` || isSignedBy(certificate, authority)) return undefined;
  const { key, pem } = await store.key('apiserver.key');
  checkPair(path, certificate, store.path('apiserver.key'), key);
  return { cert, key: pem };
}

const isSignedBy = (certificate: X509Certificate, { certificate: authority }: Authority): boolean =>
  certificate.checkIssued(authority) && certificate.verify(authority.publicKey);

function isGood(
  certificate: X509Certificate,
  subject: CertificateSubject,
  authority: Authority,
  nowMs: number,
): boolean {
  return (
    certificate.validToDate.getTime() - nowMs >= renewBeforeMs &&
    certificate.validFromDate.getTime() <= nowMs &&
    isSignedBy(certificate, authority) &&
    (subject.hosts ?? []).every((host) => covers(certificate, host))
  );
}

/** No host name has a colon. Not `isIP`, whose first use takes milliseconds. */
const isAddress = (host: string): boolean => host.includes(':') || isIPv4(host);

const covers = (certificate: X509Certificate, host: string): boolean =>
  (isAddress(host) ? certificate.checkIP(host) : certificate.checkHost(host, { subject: 'never' })) !==
  undefined;
