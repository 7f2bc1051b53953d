import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject, ObjectMeta } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateTemplateMetadata } from '../../validation/template-metadata.ts';
import { validateClaimSpec } from '../claim-spec.ts';
import { claimSpecOf } from './types.ts';

const path = FieldPath.of('spec');

export function validateClaimTemplate(template: KubeObject): FieldError[] {
  const { metadata = {} } = readStruct<{ metadata?: ObjectMeta }>(template, 'spec');
  return [
    ...validateTemplateMetadata(metadata, path.child('metadata')),
    ...validateClaimSpec(claimSpecOf(template), path.child('spec')),
  ];
}

export const validateClaimTemplateUpdate = (template: KubeObject, old: KubeObject): FieldError[] => [
  ...validateClaimTemplate(template),
  ...validateImmutableField(template['spec'], old['spec'], path),
];
