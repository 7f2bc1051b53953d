import type { Strategy } from '../../../scheme/definition.ts';
import { validateVolumeAttachment, validateVolumeAttachmentUpdate } from './validation.ts';

export const strategy: Strategy = {
  validate: validateVolumeAttachment,
  validateUpdate: validateVolumeAttachmentUpdate,
  allowUnconditionalUpdate: false,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateVolumeAttachmentUpdate,
  resetFields: ['metadata', 'spec'],
};
