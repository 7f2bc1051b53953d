import type { X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';
import { certificateFacts } from './certificate-facts.ts';
import { nameText, type RevocationList, serialText } from './revocation-list.ts';

/**
 * Whether a certificate of a chain was revoked by its issuer. An issuer without a list revokes nothing; one with a list that
 * it did not sign, or that is out of date, leaves the question open, and the chain is refused.
 */
export async function revocationProblem(
  path: readonly X509Certificate[],
  lists: readonly RevocationList[],
  nowMs: number,
): Promise<{ readonly problem: string } | { readonly untilMs: number }> {
  let untilMs = Number.POSITIVE_INFINITY;
  if (lists.length === 0) return { untilMs };
  for (const [at, issuer] of path.slice(1).entries()) {
    const found = await currentLists(issuer, lists, nowMs);
    if ('problem' in found) return found;
    const serial = serialText(path[at]!.serialNumber);
    if (found.lists.some(({ serials }) => serials.has(serial)))
      return { problem: 'certificate has been revoked' };
    untilMs = Math.min(untilMs, ...found.lists.map(({ nextUpdateMs = untilMs }) => nextUpdateMs));
  }
  return { untilMs };
}

async function currentLists(
  issuer: X509Certificate,
  lists: readonly RevocationList[],
  nowMs: number,
): Promise<{ readonly problem: string } | { readonly lists: readonly RevocationList[] }> {
  const name = subjectOf(issuer);
  const named = lists.filter((list) => list.issuer === name);
  if (named.length === 0) return { lists: [] };
  const signatures = await Promise.all(named.map((list) => list.isSignedBy(issuer.raw)));
  const signed = named.filter((_list, at) => signatures[at]);
  if (signed.length === 0 || certificateFacts(issuer).keyUsage?.crlSign === false) {
    return { problem: 'the revocation list of its issuer is not signed by it' };
  }
  const isCurrent = ({ thisUpdateMs, nextUpdateMs = Number.POSITIVE_INFINITY }: RevocationList) =>
    thisUpdateMs <= nowMs && nowMs <= nextUpdateMs;
  const current = signed.filter(isCurrent);
  return current.length === 0
    ? { problem: 'the revocation list of its issuer is out of date' }
    : { lists: current };
}

const subjects = new WeakMap<X509Certificate, string>();

function subjectOf(certificate: X509Certificate): string {
  const known = subjects.get(certificate);
  if (known !== undefined) return known;
  const name = nameText(pkijs.Certificate.fromBER(Uint8Array.from(certificate.raw)).subject);
  subjects.set(certificate, name);
  return name;
}
