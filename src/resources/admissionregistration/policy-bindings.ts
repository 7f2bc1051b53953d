import {
  type FieldError,
  type FieldPath,
  forbidden,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type { LabelSelectorObject } from '../../apimachinery/label-selector.ts';
import { isPathSegmentName, nameIsDNSSubdomain } from '../../apimachinery/names.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { TableDefinition } from '../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, unset } from '../cells.ts';
import { readStruct } from '../struct-fields.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { invalidFor } from '../validation/values.ts';
import { defaultMatchResources, validateMatchResources } from './match-resources.ts';
import type { ParamRef, PolicyBindingSpec } from './types.ts';

const notFoundActions = ['Deny', 'Allow'];

export const bindingSpecOf = (binding: KubeObject): PolicyBindingSpec => readStruct(binding, 'spec');

/** Defaults of both binding kinds. */
export const defaultPolicyBinding = (binding: KubeObject): void =>
  defaultMatchResources(bindingSpecOf(binding).matchResources);

/** Findings on what the two binding kinds have in common. */
export function validatePolicyBinding(spec: PolicyBindingSpec, path: FieldPath): FieldError[] {
  const { policyName = '' } = spec;
  const namePath = path.child('policyName');
  return [
    ...(policyName === ''
      ? [required(namePath)]
      : invalidFor(nameIsDNSSubdomain(policyName, false), policyName, namePath)),
    ...validateParamRef(spec.paramRef, path.child('paramRef')),
    ...validateMatchResources(spec.matchResources, path.child('matchResources')),
  ];
}

function validateParamRef(ref: ParamRef | undefined, path: FieldPath): FieldError[] {
  if (!ref) return [];
  const { name = '', selector, parameterNotFoundAction: action = '' } = ref;
  const exclusive = (field: string) =>
    name !== '' && selector ? [forbidden(path.child(field), 'name and selector are mutually exclusive')] : [];
  return [
    ...(name === '' ? [] : invalidFor(isPathSegmentName(name), name, path.child('name'))),
    ...exclusive('name'),
    ...validateLabelSelector(selector, path.child('selector')),
    ...exclusive('selector'),
    ...(name === '' && !selector ? [required(path, 'one of name or selector must be specified')] : []),
    ...validateAction(action, path.child('parameterNotFoundAction')),
  ];
}

function validateAction(action: string, path: FieldPath): FieldError[] {
  if (action === '') return [required(path)];
  return notFoundActions.includes(action) ? [] : [notSupported(path, action, notFoundActions)];
}

/** A selector as Go prints the struct. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelectorObject): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}

function paramRefText({ paramRef: ref }: PolicyBindingSpec): string {
  if (ref?.name) return `${ref.namespace || '*'}/${ref.name}`;
  return ref?.selector ? selectorText(ref.selector) : unset;
}

/** The table of both binding kinds. */
export const policyBindingTable: TableDefinition = {
  columns: [
    nameColumn,
    column('PolicyName', 'Policy that is put into effect.'),
    column('ParamRef', 'Objects that parameterize the policy.'),
    ageColumn,
  ],
  row: (binding, nowMs) => {
    const spec = bindingSpecOf(binding);
    const { name = '' } = binding.metadata;
    return { cells: [name, spec.policyName ?? '', paramRefText(spec), age(binding, nowMs)] };
  },
};
