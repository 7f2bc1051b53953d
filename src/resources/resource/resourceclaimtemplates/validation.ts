import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import { validateAnnotations, validateLabels } from '../../../apimachinery/labels-validation.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject, ObjectMeta } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateClaimSpec } from '../claim-spec.ts';
import { claimSpecOf } from './types.ts';

const path = FieldPath.of('spec');

export function validateClaimTemplate(template: KubeObject): FieldError[] {
  const { metadata = {} } = readStruct<{ metadata?: ObjectMeta }>(template, 'spec');
  const metadataPath = path.child('metadata');
  return [
    ...validateAnnotations(metadata.annotations, metadataPath.child('annotations')),
    ...validateLabels(metadata.labels, metadataPath.child('labels')),
    ...validateClaimSpec(claimSpecOf(template), path.child('spec')),
  ];
}

export const validateClaimTemplateUpdate = (template: KubeObject, old: KubeObject): FieldError[] =>
  validateImmutableField(template['spec'], old['spec'], path);
