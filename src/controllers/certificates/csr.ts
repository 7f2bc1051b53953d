import type { CertificateSigningRequest } from '../../client/kinds.ts';
import { pemBlocks } from '../../resources/certificates/pem.ts';

/** What controllers look at in a CertificateSigningRequest. */
export interface CsrSpec {
  /** Base64 of PEM. */
  readonly request: string;
  readonly signerName: string;
  readonly usages: readonly string[];
  readonly expirationSeconds?: number;
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const specOf = (csr: CertificateSigningRequest): CsrSpec => csr.spec as CsrSpec;

export type CsrStatus = NonNullable<CertificateSigningRequest['status']>;

export const statusOf = (csr: CertificateSigningRequest): CsrStatus => csr.status ?? {};

export const hasCondition = (csr: CertificateSigningRequest, type: string): boolean =>
  (statusOf(csr).conditions ?? []).some((condition) => condition.type === type);

/** Whether there is nothing left to decide or to sign. */
export const isIssued = (csr: CertificateSigningRequest): boolean => (statusOf(csr).certificate ?? '') !== '';

/** DER of the request. Validation left a good one. */
export function requestOf({ request }: CsrSpec): Buffer {
  const [block] = pemBlocks(Buffer.from(request, 'base64').toString('latin1'));
  if (!block) throw new Error('PEM block type must be CERTIFICATE REQUEST');
  return block.bytes;
}

/** A CSR with one more condition. */
export function withCondition(
  csr: CertificateSigningRequest,
  condition: { readonly type: string; readonly reason: string; readonly message: string },
): CertificateSigningRequest {
  const status = statusOf(csr);
  return {
    ...csr,
    status: { ...status, conditions: [...(status.conditions ?? []), { status: 'True', ...condition }] },
  };
}

export const nodesOrganization = 'system:nodes';
export const nodeUserPrefix = 'system:node:';

/** True when the usages are these, whatever their order. */
export const areUsages = (usages: readonly string[], wanted: readonly string[]): boolean =>
  usages.length === wanted.length && wanted.every((usage) => usages.includes(usage));
