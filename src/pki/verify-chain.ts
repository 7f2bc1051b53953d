import type { X509Certificate } from 'node:crypto';
import { type CertificateFacts, certificateFacts } from './certificate-facts.ts';
import { constraintsProblem } from './name-constraints.ts';
import { revocationProblem } from './revocation.ts';
import type { RevocationList } from './revocation-list.ts';

/** Whom a verifier believes. A new value whenever something in it changes. */
export interface Trust {
  /** Each of them ends a chain, whoever signed it. */
  readonly authorities: readonly X509Certificate[];
  readonly revocations: readonly RevocationList[];
}

export type ChainVerdict =
  | {
      /** From the certificate that was presented to the authority that is trusted. */
      readonly path: readonly X509Certificate[];
      readonly subject: CertificateFacts['subject'];
      /** Milliseconds since the epoch at which the verdict has to be found anew. */
      readonly untilMs: number;
    }
  | { readonly problem: string };

/** Certificates between the one presented and the trusted one, both included. */
const maxPathLength = 10;
/** Signatures that are checked for one chain; crafted chains could ask for thousands. */
const maxSignatureChecks = 100;

const clientAuth = '1.3.6.1.5.5.7.3.2';
const anyPurpose = '2.5.29.37.0';

/** MD2, MD5 and SHA-1 with RSA, DSA and ECDSA: whoever can find collisions can make certificates of them. */
const weakSignatures: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10040.4.3',
  '1.2.840.10045.4.1',
]);

const unknownAuthority = 'certificate signed by unknown authority';

interface Search {
  readonly presented: readonly X509Certificate[];
  readonly trust: Trust;
  readonly nowMs: number;
  checksLeft: number;
}

/**
 * Looks for a way from the first of `presented` over the others to a trusted authority (RFC 5280, 6.1, as far as clients use
 * it; what is not understood is refused). Every certificate on it, the trusted one included, must be valid at `nowMs`, usable
 * by clients, and not revoked. The problem is that of the last way tried.
 */
export async function verifyChain(
  presented: readonly X509Certificate[],
  trust: Trust,
  nowMs: number,
): Promise<ChainVerdict> {
  const [leaf] = presented;
  if (!leaf) return { problem: 'no certificate' };
  try {
    return await search({ presented, trust, nowMs, checksLeft: maxSignatureChecks }, [leaf]);
  } catch (error) {
    return { problem: `certificate cannot be read: ${(error as Error).message}` };
  }
}

const same = (a: X509Certificate, b: X509Certificate) => a.raw.equals(b.raw);

async function search(state: Search, path: readonly X509Certificate[]): Promise<ChainVerdict> {
  const { presented, trust, nowMs } = state;
  const last = path.at(-1)!;
  const problem = certificateProblem(last, path.length - 1, nowMs);
  if (problem !== undefined) return { problem };
  if (trust.authorities.some((authority) => same(authority, last))) return judge(path, trust, nowMs);
  if (path.length === maxPathLength) return { problem: `chain is longer than ${maxPathLength} certificates` };
  let verdict: ChainVerdict = { problem: unknownAuthority };
  for (const issuer of [...trust.authorities, ...presented.slice(1)]) {
    if (path.some((one) => same(one, issuer)) || !last.checkIssued(issuer)) continue;
    if (state.checksLeft-- === 0) return { problem: 'too many signatures to check' };
    if (!last.verify(issuer.publicKey)) continue;
    if (weakSignatures.has(certificateFacts(last).signatureAlgorithm)) {
      return { problem: 'certificate signed with an insecure algorithm' };
    }
    verdict = await search(state, [...path, issuer]);
    if ('path' in verdict) return verdict;
  }
  return verdict;
}

/** What is wrong with one certificate of a chain; `below`: how many certificates it vouches for. */
function certificateProblem(certificate: X509Certificate, below: number, nowMs: number): string | undefined {
  if (nowMs < certificate.validFromDate.getTime() || nowMs > certificate.validToDate.getTime()) {
    return 'certificate has expired or is not yet valid';
  }
  const { purposes, unknownCritical, basicConstraints, keyUsage } = certificateFacts(certificate);
  const [unknown] = unknownCritical;
  if (unknown !== undefined) return `unhandled critical extension ${unknown}`;
  if (purposes && !purposes.includes(clientAuth) && !purposes.includes(anyPurpose)) {
    return 'certificate specifies an incompatible key usage';
  }
  if (below === 0) return undefined;
  if (!basicConstraints?.isAuthority || keyUsage?.certSign === false) {
    return 'certificate is not authorized to sign other certificates';
  }
  const { maxPathLength: allowed } = basicConstraints;
  return allowed !== undefined && below - 1 > allowed
    ? 'too many intermediates for path length constraint'
    : undefined;
}

/** What can only be said about a whole chain. */
async function judge(path: readonly X509Certificate[], trust: Trust, nowMs: number): Promise<ChainVerdict> {
  const facts = path.map(certificateFacts);
  for (const [at, authority] of facts.entries()) {
    const problem = constraintsProblem(authority, facts.slice(0, at));
    if (problem !== undefined) return { problem };
  }
  const revoked = await revocationProblem(path, trust.revocations, nowMs);
  if ('problem' in revoked) return revoked;
  const { subject } = certificateFacts(path[0]!);
  return {
    path,
    subject,
    untilMs: Math.min(revoked.untilMs, ...path.map((one) => one.validToDate.getTime())),
  };
}
