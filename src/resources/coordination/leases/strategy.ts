import type { ILeaseSpec } from 'kubernetes-models/coordination.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateLease } from './validation.ts';

/** Coordinated leader election is off: its fields are taken in only where they already were. */
function dropCoordination(object: KubeObject, old?: KubeObject): void {
  const spec = readStruct<ILeaseSpec>(object, 'spec');
  const oldSpec = readStruct<ILeaseSpec>(old, 'spec');
  if (oldSpec.strategy !== undefined || oldSpec.preferredHolder !== undefined) return;
  delete spec.strategy;
  delete spec.preferredHolder;
}

export const strategy: Strategy = {
  metadataRules: 'anyFinalizer',
  prepareForCreate: (object) => dropCoordination(object),
  prepareForUpdate: (object, old) => dropCoordination(object, old),
  validate: validateLease,
  validateUpdate: validateLease,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
};
