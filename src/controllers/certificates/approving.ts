import { isRecord } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import { certificateSigningRequests } from '../../client/kinds.ts';
import { objectPath } from '../../client/resource.ts';
import type { RequestedNames } from '../../pki/sign-request.ts';
import { itself, runLoop } from '../loop.ts';
import type { Controller } from '../types.ts';
import { type CsrSpec, hasCondition, isIssued, requestOf, specOf, withCondition } from './csr.ts';
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
    const client = tools.clientAs('certificate-controller');
    const requests = tools.informers.of(certificateSigningRequests);
    const reconcile = async (name: string) => {
      const csr = requests.get('', name);
      if (!csr || isIssued(csr) || hasCondition(csr, 'Approved') || hasCondition(csr, 'Denied')) return;
      const spec = specOf(csr);
      if (spec.signerName !== kubeletClientSigner) return;
      const { requestedNames } = await import('../../pki/sign-request.ts');
      const names = requestedNames(requestOf(spec));
      if (kubeletClientCheck(names, spec) !== undefined) return;
      for (const { subresource, isMeant, message } of recognizers) {
        if (!isMeant(names, spec) || !(await mayCreate(client, spec, subresource))) continue;
        const approved = withCondition(csr, { type: 'Approved', reason: 'AutoApproved', message });
        await client.send('PUT', `${objectPath(certificateSigningRequests, '', name)}/approval`, approved);
        return;
      }
    };
    return runLoop({ name: 'csrapproving', sources: [itself(requests)], reconcile }, tools);
  },
};

async function mayCreate(
  client: Client,
  { username, uid, groups, extra }: CsrSpec,
  subresource: string,
): Promise<boolean> {
  const review = await client.send('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
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
  const status = isRecord(review) && isRecord(review['status']) ? review['status'] : {};
  return status['allowed'] === true;
}
