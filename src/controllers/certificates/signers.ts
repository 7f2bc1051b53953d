import type { RequestedNames } from '../../pki/sign-request.ts';
import { areUsages, type CsrSpec, nodesOrganization, nodeUserPrefix } from './csr.ts';

/** Why a signer does not sign a request; undefined when it does. Messages are the reference server's. */
export type SignerCheck = (names: RequestedNames, spec: CsrSpec) => string | undefined;

const kubeletClientUsages = ['client auth', 'digital signature', 'key encipherment'];
const kubeletServingUsages = ['digital signature', 'key encipherment', 'server auth'];

/** Keys other than RSA's do not encipher. */
const areKubeletUsages = (usages: readonly string[], wanted: readonly string[]): boolean =>
  areUsages(usages, wanted) ||
  areUsages(
    usages,
    wanted.filter((usage) => usage !== 'key encipherment'),
  );

const isNodesOnly = ({ organizations: [first, second] }: RequestedNames): boolean =>
  first === nodesOrganization && second === undefined;

/** What a kubelet shows to the API server. */
export const kubeletClientCheck: SignerCheck = (names, { usages }) => {
  if (!isNodesOnly(names)) return 'subject organization is not system:nodes';
  if (names.dnsNames > 0) return 'DNS subjectAltNames are not allowed';
  if (names.emailAddresses > 0) return 'Email subjectAltNames are not allowed';
  if (names.ipAddresses > 0) return 'IP subjectAltNames are not allowed';
  if (names.uris > 0) return 'URI subjectAltNames are not allowed';
  if (!names.commonName.startsWith(nodeUserPrefix)) {
    return 'subject common name does not begin with system:node:';
  }
  if (!areKubeletUsages(usages, kubeletClientUsages)) return usagesDiffer(kubeletClientUsages);
  return undefined;
};

const usagesDiffer = (wanted: readonly string[]) => `usages did not match [${wanted.join(' ')}]`;

const kubeletServingCheck: SignerCheck = (names, { usages }) => {
  if (!isNodesOnly(names)) return 'subject organization is not system:nodes';
  if (names.dnsNames + names.ipAddresses === 0) return 'DNS or IP subjectAltName is required';
  if (names.emailAddresses > 0) return 'Email subjectAltNames are not allowed';
  if (names.uris > 0) return 'URI subjectAltNames are not allowed';
  if (!areKubeletUsages(usages, kubeletServingUsages)) return usagesDiffer(kubeletServingUsages);
  if (!names.commonName.startsWith(nodeUserPrefix)) {
    return 'subject common name does not begin with system:node:';
  }
  return undefined;
};

const clientCheck: SignerCheck = (_names, { usages }) => {
  const allowed = ['digital signature', 'key encipherment', 'client auth'];
  const other = usages.find((usage) => !allowed.includes(usage));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  if (!usages.includes('client auth')) return 'missing required usage for client certificate: client auth';
  return undefined;
};

/** The signers that are built in. */
export const signers: ReadonlyMap<string, SignerCheck> = new Map<string, SignerCheck>([
  ['kubernetes.io/kube-apiserver-client', clientCheck],
  ['kubernetes.io/kube-apiserver-client-kubelet', kubeletClientCheck],
  ['kubernetes.io/kubelet-serving', kubeletServingCheck],
  ['kubernetes.io/legacy-unknown', () => undefined],
]);
