import { commonNameOf } from '../../resources/certificates/pkcs10.ts';
import { refuse } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionRequest } from '../types.ts';

const kubeletSigners = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

/** A node asks for certificates in its own name. */
export function checkSigningRequest(node: string, request: AdmissionRequest): void {
  const { operation, object } = request;
  if (operation !== 'CREATE' || !object) return;
  const { request: pem = '', signerName = '' } = readSpec<{ request?: string; signerName?: string }>(object);
  if (!kubeletSigners.includes(signerName)) return;
  const name = commonNameOf(pem);
  if (name === undefined) {
    throw refuse(request, 'unable to parse csr: PEM block type must be CERTIFICATE REQUEST');
  }
  const wanted = `system:node:${node}`;
  if (name !== wanted) throw refuse(request, `can only create a node CSR with CN=${wanted}`);
}
