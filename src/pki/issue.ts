import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import type { CertificateRequest, Issuer } from './certificate.ts';

/** A certificate to be, without what its issuing adds. */
export type CertificateSubject = Omit<CertificateRequest, 'publicKey' | 'notBeforeMs' | 'notAfterMs'>;

/** Certificates begin a little in the past, for clients whose clock is behind. */
const backdateMs = 60 * 1000;

/**
 * Signs a certificate that begins now and ends after `lifetimeMs`, or with its issuer. PEM. The encoder is loaded only here: an
 * ordinary start, which signs nothing, does without it.
 */
export async function issue(
  subject: CertificateSubject,
  lifetimeMs: number,
  key: KeyObject,
  issuer: Issuer,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<string> {
  const { issueCertificate } = await import('./certificate.ts');
  const now = clock.now();
  const issuerEndsMs = issuer.certificate?.validToDate.getTime() ?? Number.POSITIVE_INFINITY;
  return issueCertificate(
    {
      ...subject,
      publicKey: createPublicKey(key),
      notBeforeMs: now - backdateMs,
      notAfterMs: Math.min(now + lifetimeMs, issuerEndsMs),
    },
    issuer,
    random,
  );
}
