import { nameIsPathSegment } from '../../../apimachinery/names.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { validateClusterTrustBundle, validateClusterTrustBundleUpdate } from './validation.ts';

export const strategy: Strategy = {
  // What the name must be depends on the signer, so `validate` looks at it.
  validateName: nameIsPathSegment,
  allowUnconditionalUpdate: false,
  validate: validateClusterTrustBundle,
  validateUpdate: validateClusterTrustBundleUpdate,
};
