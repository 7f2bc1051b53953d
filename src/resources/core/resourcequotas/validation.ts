import type { IResourceQuota } from 'kubernetes-models/v1';
import {
  type FieldError,
  FieldPath,
  fieldImmutableMessage,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateResourceQuantityValue } from '../../validation/quantity.ts';
import { quantitiesOf, type ResourceList } from '../../validation/resource-list.ts';
import { validateQuotaResourceName } from '../../validation/resource-names.ts';
import { validateScopeSelector, validateScopes } from './scopes.ts';

const specPath = FieldPath.of('spec');
const statusPath = FieldPath.of('status');

const quotaOf = (object: KubeObject) => object as unknown as IResourceQuota;

function validateList(list: ResourceList | undefined, path: FieldPath): FieldError[] {
  return [...quantitiesOf(list)].flatMap(([name, quantity]) => [
    ...validateQuotaResourceName(name, path.key(name)),
    ...validateResourceQuantityValue(name, quantity, path.key(name)),
  ]);
}

function validateStatusLists({ status }: IResourceQuota): FieldError[] {
  return [
    ...validateList(status?.hard, statusPath.child('hard')),
    ...validateList(status?.used, statusPath.child('used')),
  ];
}

function validateSpec({ spec = {} }: IResourceQuota): FieldError[] {
  return [
    ...validateList(spec.hard, specPath.child('hard')),
    ...validateScopes(spec, specPath),
    ...validateScopeSelector(spec, specPath),
  ];
}

/** Names can be limited by a quota, amounts fit them, scopes fit the names and each other. */
export const validateResourceQuota = (object: KubeObject): FieldError[] => [
  ...validateSpec(quotaOf(object)),
  ...validateStatusLists(quotaOf(object)),
];

/** The scopes of a quota never change. */
export function validateResourceQuotaUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = validateSpec(quotaOf(object));
  const scopes = quotaOf(object).spec?.scopes ?? [];
  const oldScopes = new Set<string>(quotaOf(old).spec?.scopes);
  const same = new Set<string>(scopes).symmetricDifference(oldScopes).size === 0;
  if (!same) errors.push(invalid(specPath.child('scopes'), scopes, fieldImmutableMessage));
  return errors;
}

export function validateResourceQuotaStatus(object: KubeObject): FieldError[] {
  const errors = object.metadata.resourceVersion ? [] : [required(FieldPath.of('resourceVersion'))];
  return [...errors, ...validateStatusLists(quotaOf(object))];
}
