import { isRecord, jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import { certificateSigningRequests, concerns, refuse } from '../request.ts';
import { mayActForSigner } from '../signers.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

/** Who puts a certificate or conditions into a request must be trusted with the signer it is for. */
export const certificateSigning: AdmissionPluginFactory = ({ ask }) => ({
  name: 'CertificateSigning',
  validate: async (request) => {
    const { operation, subresource, object, oldObject, user } = request;
    if (subresource !== 'status' || operation !== 'UPDATE' || !object || !oldObject) return;
    if (!concerns(request, certificateSigningRequests)) return;
    if (jsonEqual(signedPart(object), signedPart(oldObject))) return;
    const { signerName = '' } = readSpec<{ signerName?: string }>(oldObject);
    if (await mayActForSigner(ask, user, 'sign', signerName)) return;
    throw refuse(
      request,
      `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`,
    );
  },
});

function signedPart({ status }: KubeObject): unknown[] {
  const { certificate, conditions = [] } = isRecord(status) ? status : {};
  return [certificate, conditions];
}
