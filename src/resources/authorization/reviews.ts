import { type FieldError, FieldPath, forbidden, invalid, required } from '../../apimachinery/field-error.ts';
import { validateLabelName } from '../../apimachinery/labels-validation.ts';
import { isValidLabelValue } from '../../apimachinery/names.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { readStruct } from '../struct-fields.ts';
import { invalidFor } from '../validation/values.ts';

interface Requirement {
  key?: string;
  operator?: string;
  values?: string[];
}

interface SelectorAttributes {
  rawSelector?: string;
  requirements?: Requirement[];
}

interface NonResource {
  path?: string;
  verb?: string;
}

/** The specs of the three access reviews together. */
export interface ReviewSpec {
  resourceAttributes?: {
    namespace?: string;
    fieldSelector?: SelectorAttributes;
    labelSelector?: SelectorAttributes;
  };
  nonResourceAttributes?: NonResource;
  user?: string;
  groups?: string[];
}

const path = FieldPath.of('spec');

export const specOf = (review: KubeObject): ReviewSpec => readStruct(review, 'spec');

/** A review is an answer, not an object: its metadata says nothing. */
export function validateEmptyMetadata({ metadata }: KubeObject, namespaced: boolean): FieldError[] {
  const { managedFields: _managedFields, namespace, ...rest } = metadata ?? {};
  const given = namespaced || namespace === undefined ? rest : { ...rest, namespace };
  const filled = Object.values(given).some((value) => value !== undefined && value !== '');
  const detail = namespaced ? 'must be empty except for namespace' : 'must be empty';
  return filled ? [invalid(FieldPath.of('metadata'), metadata, detail)] : [];
}

/** As a refusal quotes it: with the names of Go's fields. */
export const quotedPath = ({ path: asked = '', verb = '' }: NonResource): object => ({
  Path: asked,
  Verb: verb,
});

/** Findings on what a review asks about. */
export function validateQuestion(spec: ReviewSpec): FieldError[] {
  const { resourceAttributes: resource, nonResourceAttributes: nonResource } = spec;
  const errors: FieldError[] = [];
  if (resource && nonResource) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    errors.push(invalid(path.child('nonResourceAttributes'), quotedPath(nonResource), detail));
  }
  if (!resource && !nonResource) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalid(path.child('resourceAttributes'), nonResource, detail));
  }
  return errors;
}

export const validateWho = ({ user = '', groups = [] }: ReviewSpec): FieldError[] =>
  user === '' && groups.length === 0
    ? [invalid(path.child('user'), user, 'at least one of user or group must be specified')]
    : [];

export function validateSelectors({ resourceAttributes: resource }: ReviewSpec): FieldError[] {
  const attributes = path.child('resourceAttributes');
  return [
    ...validateSelector(resource?.fieldSelector, attributes.child('fieldSelector'), validateFieldTerm),
    ...validateSelector(resource?.labelSelector, attributes.child('labelSelector'), validateLabelTerm),
  ];
}

function validateSelector(
  selector: SelectorAttributes | undefined,
  selectorPath: FieldPath,
  validateTerm: (requirement: Requirement, path: FieldPath) => FieldError[],
): FieldError[] {
  if (!selector) return [];
  const { rawSelector = '', requirements = [] } = selector;
  const requirementsPath = selectorPath.child('requirements');
  const errors: FieldError[] = [];
  if (rawSelector !== '' && requirements.length > 0) {
    const detail = 'may not specified at the same time as requirements';
    errors.push(invalid(selectorPath.child('rawSelector'), rawSelector, detail));
  }
  if (rawSelector === '' && requirements.length === 0) {
    const detail = `when ${selectorPath} is specified, requirements or rawSelector is required`;
    errors.push(required(requirementsPath, detail));
  }
  return [
    ...errors,
    ...requirements.flatMap((requirement, i) => validateTerm(requirement, requirementsPath.index(i))),
  ];
}

/** Operators from later versions pass. */
function validateValueCount({ operator = '', values = [] }: Requirement, termPath: FieldPath): FieldError[] {
  const valuesPath = termPath.child('values');
  if (['In', 'NotIn'].includes(operator) && values.length === 0) {
    return [required(valuesPath, "must be specified when `operator` is 'In' or 'NotIn'")];
  }
  if (['Exists', 'DoesNotExist'].includes(operator) && values.length > 0) {
    return [forbidden(valuesPath, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  }
  return [];
}

const validateFieldTerm = (requirement: Requirement, termPath: FieldPath): FieldError[] => [
  ...(requirement.key ? [] : [required(termPath.child('key'), 'must be specified')]),
  ...validateValueCount(requirement, termPath),
];

const validateLabelTerm = (requirement: Requirement, termPath: FieldPath): FieldError[] => [
  ...validateValueCount(requirement, termPath),
  ...validateLabelName(requirement.key ?? '', termPath.child('key')),
  ...(requirement.values ?? []).flatMap((value, i) =>
    invalidFor(isValidLabelValue(value), value, termPath.child('values').index(i)),
  ),
];
