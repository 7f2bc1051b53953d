import {
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validatePolicy } from '../policies.ts';
import { validateMutatingOperations } from '../rules.ts';
import { type Mutation, specOf } from './types.ts';

/** The field that belongs to each patch type, sorted by type as messages list them. */
const fieldOfPatchType = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' } as const;
type PatchType = keyof typeof fieldOfPatchType;
const patchTypes = Object.keys(fieldOfPatchType) as PatchType[];

const reinvocationPolicies = ['IfNeeded', 'Never'];
const path = FieldPath.of('spec');

export function validateMutatingPolicy(policy: KubeObject): FieldError[] {
  const spec = specOf(policy);
  const { mutations = [] } = spec;
  const mutationsPath = path.child('mutations');
  return [
    ...validatePolicy(spec, path),
    ...validateMutatingOperations(
      spec.matchConstraints?.resourceRules ?? [],
      path.child('matchConstraints', 'resourceRules'),
    ),
    ...(mutations.length === 0
      ? [required(mutationsPath, 'mutations must contain at least one item')]
      : mutations.flatMap((mutation, i) => validateMutation(mutation, mutationsPath.index(i)))),
    ...validateReinvocation(spec.reinvocationPolicy ?? '', path.child('reinvocationPolicy')),
  ];
}

function validateReinvocation(policy: string, policyPath: FieldPath): FieldError[] {
  if (policy === '') return [required(policyPath)];
  return reinvocationPolicies.includes(policy)
    ? []
    : [notSupported(policyPath, policy, reinvocationPolicies)];
}

function validateMutation(mutation: Mutation, mutationPath: FieldPath): FieldError[] {
  const { patchType = '' } = mutation;
  if (patchType === '') return [required(mutationPath.child('patchType'))];
  const type = patchTypes.find((known) => known === patchType);
  if (!type) return [notSupported(mutationPath.child('patchType'), patchType, patchTypes)];
  const field = fieldOfPatchType[type];
  const other = field === 'jsonPatch' ? 'applyConfiguration' : 'jsonPatch';
  const patch = mutation[field];
  return [
    ...(patch
      ? validateExpression(patch.expression ?? '', mutationPath.child(field, 'expression'))
      : [required(mutationPath.child(field), `must be specified when patchType is ${type}`)]),
    ...(mutation[other]
      ? [invalid(mutationPath.child(other), `{${other}}`, `must not be specified when patchType is ${type}`)]
      : []),
  ];
}

const validateExpression = (expression: string, expressionPath: FieldPath): FieldError[] =>
  expression.trim() === '' ? [required(expressionPath)] : [];
