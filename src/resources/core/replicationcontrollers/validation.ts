import type {
  IPodTemplateSpec,
  IReplicationController,
  IReplicationControllerStatus,
} from 'kubernetes-models/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { selectorFromMap } from '../../../apimachinery/label-selector.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validatePodTemplateSpec } from '../../validation/pod-spec.ts';
import { nonNegativeFields, sortedMap } from '../../validation/values.ts';

const specPath = FieldPath.of('spec');
const templatePath = specPath.child('template');

export function validateReplicationController(object: KubeObject): FieldError[] {
  const spec = readStruct<Partial<NonNullable<IReplicationController['spec']>>>(object, 'spec');
  const selector = spec.selector ?? {};
  const errors = nonNegativeFields(spec, ['minReadySeconds'], specPath);
  if (Object.keys(selector).length === 0) errors.push(required(specPath.child('selector')));
  errors.push(...nonNegativeFields(spec, ['replicas'], specPath));
  return [...errors, ...validateTemplate(spec.template, selector)];
}

function validateTemplate(
  template: IPodTemplateSpec | undefined,
  selector: Readonly<Record<string, string>>,
): FieldError[] {
  if (!template) return [required(templatePath)];
  const errors: FieldError[] = [];
  const labels = template.metadata?.labels;
  if (!selectorFromMap(selector).matches(labels)) {
    const detail = '`selector` does not match template `labels`';
    errors.push(invalid(templatePath.child('metadata', 'labels'), sortedMap(labels), detail));
  }
  errors.push(...validatePodTemplateSpec(template, templatePath));
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== 'Always') {
    errors.push(notSupported(templatePath.child('spec', 'restartPolicy'), restartPolicy, ['Always']));
  }
  if (activeDeadlineSeconds !== undefined) {
    const detail = 'activeDeadlineSeconds in ReplicationController is not Supported';
    errors.push(forbidden(templatePath.child('spec', 'activeDeadlineSeconds'), detail));
  }
  return errors;
}

const counters = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
] as const;

export function validateReplicationControllerStatus(object: KubeObject): FieldError[] {
  const path = FieldPath.of('status');
  const status = readStruct<Partial<IReplicationControllerStatus>>(object, 'status');
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  const errors = nonNegativeFields(status, counters, path);
  for (const field of ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const) {
    const count = status[field] ?? 0;
    if (count > replicas)
      errors.push(invalid(path.child(field), count, 'cannot be greater than status.replicas'));
  }
  if (availableReplicas > readyReplicas) {
    errors.push(
      invalid(path.child('availableReplicas'), availableReplicas, 'cannot be greater than readyReplicas'),
    );
  }
  return errors;
}
