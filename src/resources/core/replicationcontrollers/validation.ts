import type { IPodTemplateSpec, IReplicationController } from 'kubernetes-models/v1';
import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { selectorFromMap } from '../../../apimachinery/label-selector.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateReplicaCounters } from '../../validation/counters.ts';
import { validatePodTemplateSpec } from '../../validation/pod-spec.ts';
import { nonNegativeFields, sortedMap } from '../../validation/values.ts';
import { validateRunsForever } from '../../validation/workload-template.ts';

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
  return [
    ...errors,
    ...validatePodTemplateSpec(template, templatePath),
    ...validateRunsForever(template, 'ReplicationController', templatePath),
  ];
}

/** The counters of ReplicaSets are the same. */
export function validateReplicationControllerStatus(object: KubeObject): FieldError[] {
  return validateReplicaCounters(readStruct(object, 'status'), FieldPath.of('status'));
}
