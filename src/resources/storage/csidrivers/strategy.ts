import type { ICSIDriverSpec } from 'kubernetes-models/storage.k8s.io/v1';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateCSIDriver, validateCSIDriverUpdate } from './validation.ts';

const tokensInSecretsWarning =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';

function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const { tokenRequests = [], serviceAccountTokenInSecrets } = readStruct<ICSIDriverSpec>(object, 'spec');
  const before = readStruct<ICSIDriverSpec>(old, 'spec').tokenRequests ?? [];
  const newTokens = tokenRequests.length > 0 && !(old && jsonEqual(tokenRequests, before));
  return newTokens && serviceAccountTokenInSecrets === undefined ? [tokensInSecretsWarning] : [];
}

/** Belongs to a feature that is off: it is taken in only where it already was. */
function dropSchedulingPrevention(object: KubeObject, old?: KubeObject): void {
  if (readStruct<ICSIDriverSpec>(old, 'spec').preventPodSchedulingIfMissing === undefined) {
    delete readStruct<ICSIDriverSpec>(object, 'spec').preventPodSchedulingIfMissing;
  }
}

export const strategy: Strategy = {
  prepareForCreate: (object) => {
    // Unlike elsewhere only changes are counted: there is no generation before the first.
    delete object.metadata.generation;
    dropSchedulingPrevention(object);
  },
  prepareForUpdate: dropSchedulingPrevention,
  bumpsGeneration: specChanged,
  validate: validateCSIDriver,
  validateUpdate: validateCSIDriverUpdate,
  warnings,
  allowUnconditionalUpdate: false,
  deleteReturnsObject: true,
};
