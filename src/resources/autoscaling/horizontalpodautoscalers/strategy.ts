import type { Strategy } from '../../../scheme/definition.ts';
import { dropAnnotations } from './v1-annotations.ts';
import {
  validateAutoscaler,
  validateAutoscalerStatusUpdate,
  validateAutoscalerUpdate,
} from './validation.ts';

export const strategy: Strategy = {
  prepareForCreate: dropAnnotations,
  prepareForUpdate: dropAnnotations,
  validate: validateAutoscaler,
  validateUpdate: validateAutoscalerUpdate,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  prepareForUpdate: dropAnnotations,
  validateUpdate: validateAutoscalerStatusUpdate,
  resetFields: ['spec'],
};
