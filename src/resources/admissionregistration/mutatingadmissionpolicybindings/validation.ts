import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { bindingSpecOf, validatePolicyBinding } from '../policy-bindings.ts';
import { validateMutatingOperations } from '../rules.ts';

const path = FieldPath.of('spec');

export function validateMutatingPolicyBinding(binding: KubeObject): FieldError[] {
  const spec = bindingSpecOf(binding);
  return [
    ...validatePolicyBinding(spec, path),
    ...validateMutatingOperations(
      spec.matchResources?.resourceRules ?? [],
      path.child('matchResources', 'resourceRules'),
    ),
  ];
}
