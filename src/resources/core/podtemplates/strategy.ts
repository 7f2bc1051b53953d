import type { IPodTemplate, IPodTemplateSpec } from 'kubernetes-models/v1';
import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { withoutDisabledPodFields } from '../../disabled-pod-fields.ts';
import { validatePodTemplateSpec } from '../../validation/pod-spec.ts';
import { podTemplateWarnings } from '../../warnings/pod.ts';

const templatePath = FieldPath.of('template');

const templateOf = (object: KubeObject): IPodTemplateSpec =>
  (object as unknown as IPodTemplate).template ?? {};

const templateChanged = (object: KubeObject, old: KubeObject) =>
  !jsonEqual(object['template'], old['template']);

const validate = (object: KubeObject): FieldError[] =>
  validatePodTemplateSpec(templateOf(object), templatePath);

export const strategy: Strategy = withoutDisabledPodFields('/podtemplates', {
  bumpsGeneration: templateChanged,
  validate,
  validateUpdate: validate,
  warnings: (object, old) =>
    old && !templateChanged(object, old) ? [] : podTemplateWarnings(templateOf(object), templatePath),
  deleteReturnsObject: true,
});
