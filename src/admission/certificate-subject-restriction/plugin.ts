import { systemPrivilegedGroup } from '../../apimachinery/user.ts';
import { organizationsOf } from '../../resources/certificates/pkcs10.ts';
import { certificateSigningRequests, concernsMain, refuse } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const clientSigner = 'kubernetes.io/kube-apiserver-client';

/** Nobody gets a client certificate of the group that may do everything. */
export const certificateSubjectRestriction: AdmissionPluginFactory = () => ({
  name: 'CertificateSubjectRestriction',
  validate: (request) => {
    const { operation, object } = request;
    if (operation !== 'CREATE' || !object || !concernsMain(request, certificateSigningRequests)) return;
    const { request: pem = '', signerName } = readSpec<{ request?: string; signerName?: string }>(object);
    if (signerName !== clientSigner) return;
    if (!organizationsOf(pem).includes(systemPrivilegedGroup)) return;
    throw refuse(request, `use of ${clientSigner} signer with ${systemPrivilegedGroup} group is not allowed`);
  },
});
