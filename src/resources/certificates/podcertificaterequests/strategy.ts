import type { Strategy } from '../../../scheme/definition.ts';
import { validateRequestStatus } from './status-validation.ts';
import { validatePodCertificateRequest, validatePodCertificateRequestUpdate } from './validation.ts';

export const strategy: Strategy = {
  allowUnconditionalUpdate: false,
  validate: validatePodCertificateRequest,
  validateUpdate: validatePodCertificateRequestUpdate,
  resetFields: ['status'],
};

/** `/status` writes the outcome. */
export const statusStrategy: Strategy = {
  allowUnconditionalUpdate: false,
  validateUpdate: (request, old, { clock }) => validateRequestStatus(request, old, clock.now()),
  resetFields: ['metadata', 'spec'],
};
