import { X509Certificate } from 'node:crypto';
import { certificateMark, issuerMark, tokenMark } from '../resources/bootstrap/identity-lease.ts';
import type { Authentication } from './index.ts';

/** The credentials that a server issues and those that it accepts: marks of issuers, and of the keys that sign them. */
export interface TrustMarks {
  readonly signs: readonly string[];
  readonly accepts: readonly string[];
}

const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const markOf = (certificate: X509Certificate): string =>
  certificateMark + certificate.fingerprint256.replaceAll(':', '').toLowerCase();

const issuerMarkOf = (issuer: string): string => issuerMark + encodeURIComponent(issuer);

/** `authority` is the one that the server itself signs certificates of clients with, when it can. */
export async function trustMarks(
  { serviceAccounts, clientCertificates }: Authentication,
  authority: X509Certificate | undefined,
): Promise<TrustMarks> {
  const [signing, ...others] = (await serviceAccounts.keyIds()).map((id) => tokenMark + id);
  const trusted = (clientCertificates.published().clientCa ?? '').match(certificates) ?? [];
  return {
    signs: [issuerMarkOf(serviceAccounts.issuer), signing!, ...(authority ? [markOf(authority)] : [])],
    accepts: [
      ...serviceAccounts.issuers.map(issuerMarkOf),
      signing!,
      ...others,
      ...trusted.map((pem) => markOf(new X509Certificate(pem))),
    ],
  };
}
