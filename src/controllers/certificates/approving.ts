import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import type { RequestedNames } from '../../pki/sign-request.ts';
import type { Api } from '../api.ts';
import { follow } from '../follow.ts';
import type { Controller } from '../types.ts';
import { type CsrSpec, collection, hasCondition, isIssued, requestOf, specOf, withCondition } from './csr.ts';
import { kubeletClientCheck } from './signers.ts';

const kubeletClientSigner = 'kubernetes.io/kube-apiserver-client-kubelet';

/** What is approved without anybody being asked: subresource that the requester must be allowed to create, and what is said. */
const recognizers = [
  {
    subresource: 'selfnodeclient',
    isMeant: (names: RequestedNames, { username = '' }: CsrSpec) => username === names.commonName,
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  },
  {
    subresource: 'nodeclient',
    isMeant: () => true,
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
  },
] as const;

/** Approves client certificates of kubelets for who may have them: nodes their own, and who may make nodes join. */
export const approving: Controller = {
  names: ['certificatesigningrequest-approving-controller', 'csrapproving'],
  start(tools) {
    const api = tools.apiAs('certificate-controller');
    const reconcile = async (csr: KubeObject) => {
      if (isIssued(csr) || hasCondition(csr, 'Approved') || hasCondition(csr, 'Denied')) return;
      const spec = specOf(csr);
      if (spec.signerName !== kubeletClientSigner) return;
      const { requestedNames } = await import('../../pki/sign-request.ts');
      const names = requestedNames(requestOf(spec));
      if (kubeletClientCheck(names, spec) !== undefined) return;
      for (const { subresource, isMeant, message } of recognizers) {
        if (!isMeant(names, spec) || !(await mayCreate(api, spec, subresource))) continue;
        const approved = withCondition(csr, { type: 'Approved', reason: 'AutoApproved', message });
        await api.send('PUT', `${collection}/${csr.metadata.name}/approval`, approved);
        return;
      }
    };
    return follow({ name: 'csrapproving', path: collection, reconcile }, { ...tools, api });
  },
};

async function mayCreate(
  api: Api,
  { username, uid, groups, extra }: CsrSpec,
  subresource: string,
): Promise<boolean> {
  const review = await api.send('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: username,
      uid,
      groups,
      extra,
      resourceAttributes: {
        group: 'certificates.k8s.io',
        resource: 'certificatesigningrequests',
        verb: 'create',
        subresource,
        version: '*',
      },
    },
  });
  const status = isRecord(review['status']) ? review['status'] : {};
  return status['allowed'] === true;
}
