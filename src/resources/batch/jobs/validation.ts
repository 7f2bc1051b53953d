import type { IJobSpec } from 'kubernetes-models/batch/v1';
import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { isDNS1123Label } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateLabelSelector } from '../../validation/label-selector.ts';
import { selectorOf } from '../../validation/selectors.ts';
import { sortedMap } from '../../validation/values.ts';
import { validateJobTemplate } from '../job-spec.ts';
import { validateGeneratedSelector } from './selector.ts';
import { validateImmutableParts } from './update-validation.ts';

const specPath = FieldPath.of('spec');

export const validateJob = (object: KubeObject): FieldError[] => validate(object);

export const validateJobUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validate(object, old),
  ...validateImmutableParts(object, old),
];

function validate(object: KubeObject, old?: KubeObject): FieldError[] {
  const spec = readStruct<IJobSpec>(object, 'spec');
  return [
    ...validateGeneratedSelector(object, old),
    ...validateJobTemplate(spec, specPath),
    ...validateSelector(spec),
    ...validatePodNames(object, spec),
  ];
}

function validateSelector(spec: IJobSpec): FieldError[] {
  const path = specPath.child('selector');
  const errors = spec.selector ? validateLabelSelector(spec.selector, path) : [required(path)];
  const selector = selectorOf(spec.selector);
  const labels = spec.template?.metadata?.labels;
  if (selector && !selector.matches(labels)) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalid(specPath.child('template', 'metadata', 'labels'), sortedMap(labels), detail));
  }
  return errors;
}

/** Pods of an indexed job are named after it and their index, and the longest of these must be a host name. */
function validatePodNames({ metadata: { name = '' } }: KubeObject, spec: IJobSpec): FieldError[] {
  const { completionMode, completions = 0 } = spec;
  if (completionMode !== 'Indexed' || completions <= 0) return [];
  const longest = `${name}-${completions - 1}`;
  if (isDNS1123Label(longest).length === 0) return [];
  const detail = `will not able to create pod with invalid DNS label: ${longest}`;
  return [invalid(FieldPath.of('metadata', 'name'), name, detail)];
}
