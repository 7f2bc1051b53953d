import type { IRuntimeClass } from 'kubernetes-models/node.k8s.io/v1';
import type { IToleration } from 'kubernetes-models/v1';
import { duplicate, type FieldError, FieldPath, required } from '../../../apimachinery/field-error.ts';
import { validateLabels } from '../../../apimachinery/labels-validation.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { isDNS1123Label } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateOverhead } from '../../validation/resources.ts';
import { validateTolerations } from '../../validation/tolerations.ts';
import { invalidFor, repeated } from '../../validation/values.ts';

export function validateRuntimeClass(object: KubeObject): FieldError[] {
  const { handler = '', overhead, scheduling } = object as unknown as IRuntimeClass;
  return [
    ...(handler === ''
      ? [required(FieldPath.of('handler'))]
      : invalidFor(isDNS1123Label(handler), handler, FieldPath.of('handler'))),
    ...(overhead ? validateOverhead(overhead.podFixed, FieldPath.of('overhead')) : []),
    ...(scheduling ? validateScheduling(scheduling) : []),
  ];
}

export const validateRuntimeClassUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateRuntimeClass(object),
  ...validateImmutableField(object['handler'], old['handler'], FieldPath.of('handler')),
];

function validateScheduling({
  nodeSelector,
  tolerations = [],
}: NonNullable<IRuntimeClass['scheduling']>): FieldError[] {
  const tolerationsPath = FieldPath.of('scheduling', 'tolerations');
  return [
    ...validateLabels(nodeSelector, FieldPath.of('scheduling', 'nodeSelector')),
    ...validateTolerations(tolerations, tolerationsPath),
    ...validateUniqueTolerations(tolerations, tolerationsPath),
  ];
}

/** With the names of Go's fields, as the internal type has no others. */
const printed = ({ key, operator, value, effect, tolerationSeconds }: IToleration) => ({
  Key: key ?? '',
  Operator: operator ?? '',
  Value: value ?? '',
  Effect: effect ?? '',
  TolerationSeconds: tolerationSeconds ?? null,
});

/** Tolerations that differ only in their seconds count as the same. */
function validateUniqueTolerations(tolerations: readonly IToleration[], path: FieldPath): FieldError[] {
  const again = repeated(
    tolerations.map(({ key = '', operator = '', value = '', effect = '' }) =>
      JSON.stringify([key, operator, value, effect]),
    ),
  );
  return tolerations.flatMap((toleration, i) =>
    again[i] ? [duplicate(path.index(i), printed(toleration))] : [],
  );
}
