import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import type { Condition } from '../../validation/conditions.ts';

/** `certificates.k8s.io/v1beta1` PodCertificateRequestSpec. Byte fields are base64. */
export interface RequestSpec {
  signerName?: string;
  podName?: string;
  podUID?: string;
  serviceAccountName?: string;
  serviceAccountUID?: string;
  nodeName?: string;
  nodeUID?: string;
  maxExpirationSeconds?: number;
  pkixPublicKey?: string;
  proofOfPossession?: string;
  stubPKCS10Request?: string;
  unverifiedUserAnnotations?: Record<string, string>;
}

/** `certificates.k8s.io/v1beta1` PodCertificateRequestStatus. */
export interface RequestStatus {
  conditions?: Condition[];
  certificateChain?: string;
  notBefore?: string;
  beginRefreshAt?: string;
  notAfter?: string;
}

export const specOf = (request: KubeObject): RequestSpec => readStruct(request, 'spec');
export const statusOf = (request: KubeObject): RequestStatus => readStruct(request, 'status');

/** The three ways in which a request ends; at most one holds. */
export const outcomes = ['Issued', 'Denied', 'Failed'];

/** How a request ended, or undefined while it is pending. */
export const outcomeOf = (request: KubeObject): string | undefined =>
  (statusOf(request).conditions ?? []).find(
    ({ type, status }) => status === 'True' && outcomes.includes(type ?? ''),
  )?.type;
