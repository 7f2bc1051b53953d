import type { ITopologySpreadConstraint } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { validateMatchLabelKeys } from './affinity.ts';
import { validateLabelSelector } from './label-selector.ts';
import { validateOneOf } from './name-fields.ts';

const actions = ['DoNotSchedule', 'ScheduleAnyway'];
const nodePolicies = ['Honor', 'Ignore'];

const positive = (value: number, path: FieldPath): FieldError[] =>
  value <= 0 ? [invalid(path, value, 'must be greater than zero')] : [];

/** `spec.topologySpreadConstraints`: one constraint per topology key and action. */
export function validateTopologySpreadConstraints(
  constraints: readonly ITopologySpreadConstraint[] | undefined,
  path: FieldPath,
): FieldError[] {
  const list = constraints ?? [];
  const lastPlace = new Map(list.map((constraint, i) => [pairOf(constraint), i]));
  return list.flatMap((constraint, i) => [
    ...validateShape(constraint, path.index(i)),
    ...(lastPlace.get(pairOf(constraint)) === i ? [] : [repeatedPair(constraint, path.index(i))]),
    ...validateDetails(constraint, path.index(i)),
  ]);
}

function validateShape(constraint: ITopologySpreadConstraint, path: FieldPath): FieldError[] {
  const action = constraint.whenUnsatisfiable ?? '';
  return [
    ...positive(constraint.maxSkew ?? 0, path.child('maxSkew')),
    ...(constraint.topologyKey ? [] : [required(path.child('topologyKey'), 'can not be empty')]),
    ...(actions.includes(action) ? [] : [notSupported(path.child('whenUnsatisfiable'), action, actions)]),
  ];
}

const pairOf = ({ topologyKey, whenUnsatisfiable }: ITopologySpreadConstraint): string =>
  `{${topologyKey ?? ''}, ${whenUnsatisfiable ?? ''}}`;

const repeatedPair = (constraint: ITopologySpreadConstraint, path: FieldPath): FieldError =>
  duplicate(path.child('{topologyKey, whenUnsatisfiable}'), pairOf(constraint));

function validateDetails(constraint: ITopologySpreadConstraint, path: FieldPath): FieldError[] {
  const { minDomains, nodeAffinityPolicy, nodeTaintsPolicy, labelSelector } = constraint;
  const optional = (value: string | undefined, field: string) =>
    value === undefined ? [] : validateOneOf(value, nodePolicies, path.child(field));
  return [
    ...(minDomains === undefined ? [] : validateMinDomains(minDomains, constraint, path.child('minDomains'))),
    ...optional(nodeAffinityPolicy, 'nodeAffinityPolicy'),
    ...optional(nodeTaintsPolicy, 'nodeTaintsPolicy'),
    ...validateMatchLabelKeys(constraint.matchLabelKeys, undefined, labelSelector, path),
    ...validateLabelSelector(labelSelector, path.child('labelSelector')),
  ];
}

function validateMinDomains(
  minDomains: number,
  { whenUnsatisfiable }: ITopologySpreadConstraint,
  path: FieldPath,
): FieldError[] {
  const errors = positive(minDomains, path);
  if (whenUnsatisfiable === 'DoNotSchedule') return errors;
  const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable ?? ''}`;
  return [...errors, invalid(path, minDomains, detail)];
}
