import { type FieldError, FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { type Condition, validateConditions } from '../../validation/conditions.ts';
import { validateLabelReference, validatePodGroupFields } from '../pod-group-validation.ts';
import type { PodGroupSpec } from '../types.ts';

const specPath = FieldPath.of('spec');
const immutableFields = [
  'podGroupTemplateRef',
  'schedulingPolicy',
  'schedulingConstraints',
  'disruptionMode',
  'priority',
  'priorityClassName',
  'resourceClaims',
] as const;

export function validatePodGroup(object: KubeObject): FieldError[] {
  const spec = readStruct<PodGroupSpec>(object, 'spec');
  const { podGroupTemplateRef } = spec;
  return [
    ...(podGroupTemplateRef ? validateTemplateRef(podGroupTemplateRef) : []),
    ...validatePodGroupFields(spec, specPath),
  ];
}

export function validatePodGroupUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const spec = readStruct<PodGroupSpec>(object, 'spec');
  const oldSpec = readStruct<PodGroupSpec>(old, 'spec');
  return immutableFields.flatMap((name) =>
    validateImmutableField(spec[name], oldSpec[name], specPath.child(name)),
  );
}

export const validatePodGroupStatusUpdate = (object: KubeObject): FieldError[] =>
  validateConditions(
    readStruct<{ conditions?: Condition[] }>(object, 'status').conditions,
    FieldPath.of('status', 'conditions'),
  );

function validateTemplateRef({ workload }: NonNullable<PodGroupSpec['podGroupTemplateRef']>): FieldError[] {
  const path = specPath.child('podGroupTemplateRef');
  if (!workload) return [invalid(path, '', 'must specify one of: `workload`')];
  const workloadPath = path.child('workload');
  return [
    ...validateLabelReference(workload.workloadName, workloadPath.child('workloadName')),
    ...validateLabelReference(workload.podGroupTemplateName, workloadPath.child('podGroupTemplateName')),
  ];
}
