import {
  duplicate,
  type FieldError,
  FieldPath,
  required,
  tooMany,
} from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { isDNS1123Subdomain, isPathSegmentName } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { invalidFor } from '../../validation/values.ts';
import { validateLabelReference, validatePodGroupFields } from '../pod-group-validation.ts';
import type { WorkloadSpec } from '../types.ts';

const controllerPath = FieldPath.of('spec', 'controllerRef');
const templatesPath = FieldPath.of('spec', 'podGroupTemplates');
const maxTemplates = 8;

export function validateWorkload(object: KubeObject): FieldError[] {
  const { controllerRef, podGroupTemplates = [] } = readStruct<WorkloadSpec>(object, 'spec');
  const errors = controllerRef ? validateControllerRef(controllerRef) : [];
  if (podGroupTemplates.length === 0) {
    return [...errors, required(templatesPath, 'must have at least one item')];
  }
  if (podGroupTemplates.length > maxTemplates) {
    return [...errors, tooMany(templatesPath, podGroupTemplates.length, maxTemplates)];
  }
  const seen = new Set<string>();
  for (const [i, template] of podGroupTemplates.entries()) {
    const { name = '' } = template;
    const path = templatesPath.index(i);
    errors.push(...validateLabelReference(name, path.child('name')));
    if (seen.has(name)) errors.push(duplicate(path, name));
    seen.add(name);
    errors.push(...validatePodGroupFields(template, path));
  }
  return errors;
}

/** A controller may be named once; the templates stay what they were. */
export function validateWorkloadUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { controllerRef, podGroupTemplates } = readStruct<WorkloadSpec>(object, 'spec');
  const { controllerRef: oldRef, podGroupTemplates: oldTemplates } = readStruct<WorkloadSpec>(old, 'spec');
  const controllerErrors = oldRef
    ? validateImmutableField(controllerRef, oldRef, controllerPath)
    : controllerRef
      ? validateControllerRef(controllerRef)
      : [];
  return [...controllerErrors, ...validateImmutableField(podGroupTemplates, oldTemplates, templatesPath)];
}

function validateControllerRef(reference: NonNullable<WorkloadSpec['controllerRef']>): FieldError[] {
  const { apiGroup = '', kind = '', name = '' } = reference;
  const segment = (value: string, field: string) =>
    value === ''
      ? [required(controllerPath.child(field))]
      : invalidFor(isPathSegmentName(value), value, controllerPath.child(field));
  return [
    ...(apiGroup === ''
      ? []
      : invalidFor(isDNS1123Subdomain(apiGroup), apiGroup, controllerPath.child('apiGroup'))),
    ...segment(kind, 'kind'),
    ...segment(name, 'name'),
  ];
}
