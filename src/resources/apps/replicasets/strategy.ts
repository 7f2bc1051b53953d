import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { nameWarnings } from '../../name-warning.ts';
import {
  validateReplicaSet,
  validateReplicaSetStatusUpdate,
  validateReplicaSetUpdate,
} from './validation.ts';

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  warnings: (object, old) => (old ? [] : nameWarnings(object.metadata.name)),
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateReplicaSetStatusUpdate,
  resetFields: ['spec'],
};
