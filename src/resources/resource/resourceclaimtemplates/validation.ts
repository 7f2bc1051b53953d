import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject, ObjectMeta } from '../../../apimachinery/object.ts';
import type { WriteContext } from '../../../scheme/definition.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateTemplateMetadata } from '../../validation/template-metadata.ts';
import { validateAdminRequests, validateClaimSpec } from '../claim-spec.ts';
import { claimSpecOf } from './types.ts';

const path = FieldPath.of('spec');

export const validateClaimTemplate = (template: KubeObject, context: WriteContext): FieldError[] => [
  ...validateAdminRequests(claimSpecOf(template), context),
  ...validateTemplate(template),
];

function validateTemplate(template: KubeObject): FieldError[] {
  const { metadata = {} } = readStruct<{ metadata?: ObjectMeta }>(template, 'spec');
  return [
    ...validateTemplateMetadata(metadata, path.child('metadata')),
    ...validateClaimSpec(claimSpecOf(template), path.child('spec')),
  ];
}

export const validateClaimTemplateUpdate = (template: KubeObject, old: KubeObject): FieldError[] => [
  ...validateTemplate(template),
  ...validateImmutableField(template['spec'], old['spec'], path),
];
