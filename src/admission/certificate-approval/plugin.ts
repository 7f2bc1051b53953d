import { certificateSigningRequests, concerns, refuse } from '../request.ts';
import { mayActForSigner } from '../signers.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

/** Who approves or denies a request must be trusted with the signer it is for. */
export const certificateApproval: AdmissionPluginFactory = ({ ask }) => ({
  name: 'CertificateApproval',
  validate: async (request) => {
    const { operation, subresource, oldObject, user } = request;
    if (subresource !== 'approval' || operation !== 'UPDATE' || !oldObject) return;
    if (!concerns(request, certificateSigningRequests)) return;
    const { signerName = '' } = readSpec<{ signerName?: string }>(oldObject);
    if (await mayActForSigner(ask, user, 'approve', signerName)) return;
    throw refuse(
      request,
      `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`,
    );
  },
});
