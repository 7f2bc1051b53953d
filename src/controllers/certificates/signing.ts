import { type CertificateSigningRequest, certificateSigningRequests } from '../../client/kinds.ts';
import { itself, runLoop } from '../loop.ts';
import type { Controller, ControllerTools } from '../types.ts';
import { type CsrSpec, hasCondition, isIssued, requestOf, specOf, statusOf, withCondition } from './csr.ts';
import { signers } from './signers.ts';

const minuteMs = 60_000;
/** Longest time that a certificate is good for: kube-controller-manager's `--cluster-signing-duration`. */
const longestMs = 365 * 24 * 60 * minuteMs;
const shortestMs = 10 * minuteMs;
/** Certificates begin this much earlier, for clocks that are behind. */
const backdateMs = 5 * minuteMs;
/** Shorter ones do not end earlier for that. */
const shortMs = 8 * 60 * minuteMs;

/** Signs what was approved, for the signers that are built in. A request that a signer does not sign gets a Failed condition. */
export const signing: Controller = {
  names: ['certificatesigningrequest-signing-controller', 'csrsigning'],
  start(tools) {
    const client = tools.clientAs('certificate-controller').of(certificateSigningRequests);
    const requests = tools.informers.of(certificateSigningRequests);
    const reconcile = async (name: string) => {
      const csr = requests.get('', name);
      const check = csr && signers.get(specOf(csr).signerName);
      if (!check || isIssued(csr) || !hasCondition(csr, 'Approved') || hasCondition(csr, 'Failed')) return;
      await client.updateStatus(await decided(csr, tools));
    };
    return runLoop({ name: 'csrsigning', sources: [itself(requests)], reconcile }, tools);
  },
};

async function decided(
  csr: CertificateSigningRequest,
  tools: ControllerTools,
): Promise<CertificateSigningRequest> {
  const spec = specOf(csr);
  const der = requestOf(spec);
  const { requestedNames } = await import('../../pki/sign-request.ts');
  const problem = signers.get(spec.signerName)?.(requestedNames(der), spec);
  if (problem !== undefined) {
    return withCondition(csr, { type: 'Failed', reason: 'SignerValidationFailure', message: problem });
  }
  const certificate = Buffer.from(await sign(der, spec, tools)).toString('base64');
  return { ...csr, status: { ...statusOf(csr), certificate } };
}

/** Throws when the authority has expired. */
async function sign(
  der: Buffer,
  spec: CsrSpec,
  { authority, clock, random }: ControllerTools,
): Promise<string> {
  const issuer = await authority();
  const { signRequest } = await import('../../pki/sign-request.ts');
  const nowMs = clock.now();
  const endMs = issuer.certificate.validToDate.getTime();
  if (nowMs >= endMs) throw new Error(`the signer has expired: NotAfter=${issuer.certificate.validTo}`);
  const lifetimeMs = lifetimeOf(spec);
  const notAfterMs = nowMs + lifetimeMs - (lifetimeMs < shortMs ? 0 : backdateMs);
  const terms = {
    usages: spec.usages,
    notBeforeMs: nowMs - backdateMs,
    notAfterMs: Math.min(notAfterMs, endMs),
  };
  return signRequest(der, terms, issuer, random);
}

function lifetimeOf({ expirationSeconds }: CsrSpec): number {
  if (expirationSeconds === undefined) return longestMs;
  return Math.min(Math.max(expirationSeconds * 1000, shortestMs), longestMs);
}
