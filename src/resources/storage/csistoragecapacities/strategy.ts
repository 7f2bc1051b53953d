import type { ICSIStorageCapacity } from 'kubernetes-models/storage.k8s.io/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { nodeSelectorWarnings } from '../../warnings/node-labels.ts';
import { validateCSIStorageCapacity, validateCSIStorageCapacityUpdate } from './validation.ts';

export const strategy: Strategy = {
  validate: validateCSIStorageCapacity,
  validateUpdate: validateCSIStorageCapacityUpdate,
  warnings: (object) =>
    nodeSelectorWarnings(
      (object as unknown as ICSIStorageCapacity).nodeTopology,
      FieldPath.of('nodeTopology'),
    ),
  allowUnconditionalUpdate: false,
};
