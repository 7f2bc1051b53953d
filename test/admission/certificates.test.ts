import { test } from 'node:test';
import { mastersRequestPem, requestPem } from '../resources/certificates-fixtures.ts';
import { admissionOver, apply, refused } from './helper.ts';

const request = (pem: string, signerName: string) =>
  apply('certificates.k8s.io/v1', 'CertificateSigningRequest', 'eve', {
    spec: { request: Buffer.from(pem).toString('base64'), signerName, usages: ['client auth'] },
  });

test('nobody asks for a client certificate of system:masters', async () => {
  const admit = await admissionOver([]);
  await admit(request(requestPem, 'kubernetes.io/kube-apiserver-client'));
  await admit(request(mastersRequestPem, 'example.com/signer'));
  await refused(
    403,
    'certificatesigningrequests.certificates.k8s.io "eve" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    admit(request(mastersRequestPem, 'kubernetes.io/kube-apiserver-client')),
  );
});
