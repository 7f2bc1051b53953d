import type { IPersistentVolumeClaim } from 'kubernetes-models/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import { cloneJson, type KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { structIn } from '../../struct-fields.ts';
import { claimSpecWarnings } from '../../warnings/claims.ts';
import { alignDataSources } from './data-sources.ts';
import { validateClaimStatus } from './status-validation.ts';
import { validateClaim, validateClaimUpdate } from './validation.ts';

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

function warnings(object: KubeObject): string[] {
  const { spec } = object as unknown as IPersistentVolumeClaim;
  const annotated = Object.hasOwn(object.metadata.annotations ?? {}, classAnnotation);
  return [
    ...(annotated
      ? [
          `metadata.annotations[${classAnnotation}]: deprecated since v1.8; use "storageClassName" attribute instead`,
        ]
      : []),
    ...claimSpecWarnings(spec ?? {}, FieldPath.of('spec')),
  ];
}

export const strategy: Strategy = {
  prepareForCreate: (object) => {
    structIn<{ phase?: string }>(object, 'status').phase = 'Pending';
    alignDataSources(object, undefined);
  },
  prepareForUpdate: alignDataSources,
  validate: validateClaim,
  validateUpdate: (object, old) => {
    // Claims stored by older servers have one form of the source only.
    const aligned = cloneJson(old);
    alignDataSources(aligned, aligned);
    return validateClaimUpdate(object, aligned);
  },
  warnings,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateClaimStatus,
  resetFields: ['spec'],
};
