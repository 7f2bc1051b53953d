import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { repeated } from '../../validation/values.ts';
import { bindingSpecOf, validatePolicyBinding } from '../policy-bindings.ts';
import type { PolicyBindingSpec } from '../types.ts';

const actionNames = ['Audit', 'Deny', 'Warn'];
const path = FieldPath.of('spec');

export function validateValidatingPolicyBinding(binding: KubeObject): FieldError[] {
  const spec: PolicyBindingSpec & { validationActions?: string[] } = bindingSpecOf(binding);
  return [
    ...validatePolicyBinding(spec, path),
    ...validateActions(spec.validationActions ?? [], path.child('validationActions')),
  ];
}

function validateActions(actions: readonly string[], actionsPath: FieldPath): FieldError[] {
  if (actions.length === 0) return [required(actionsPath, 'at least one validation action is required')];
  const again = repeated(actions);
  const both =
    'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
  return [
    ...actions.flatMap((action, i) => [
      ...(actionNames.includes(action) ? [] : [notSupported(actionsPath.index(i), action, actionNames)]),
      ...(again[i] ? [duplicate(actionsPath.index(i), action)] : []),
    ]),
    ...(actions.includes('Deny') && actions.includes('Warn') ? [invalid(actionsPath, actions, both)] : []),
  ];
}
