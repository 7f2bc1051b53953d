import type { ILimitRange, ILimitRangeItem } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import { isQualifiedName } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateContainerResourceName, validateResourceName } from '../../validation/resource-names.ts';
import { invalidFor } from '../../validation/values.ts';
import { validateAmounts } from './amounts.ts';

const limitsPath = FieldPath.of('spec', 'limits');
const standardTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];
const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
const podLists = ['max', 'min', 'maxLimitRequestRatio'] as const;

/** Each type stands once, and its minima, defaults and maxima fit together. */
export function validateLimitRange(object: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, item] of ((object as unknown as ILimitRange).spec?.limits ?? []).entries()) {
    const path = limitsPath.index(i);
    errors.push(...validateType(item.type ?? '', path.child('type')));
    if (seen.has(item.type)) errors.push(duplicate(path.child('type'), item.type));
    seen.add(item.type);
    errors.push(...validateItem(item, path));
  }
  return errors;
}

function validateType(type: string, path: FieldPath): FieldError[] {
  const errors = invalidFor(isQualifiedName(type), type, path);
  if (errors.length > 0 || type.includes('/') || standardTypes.includes(type)) return errors;
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

function validateItem(item: ILimitRangeItem, path: FieldPath): FieldError[] {
  const ofContainers = item.type === 'Pod' || item.type === 'Container';
  const validateName = ofContainers ? validateContainerResourceName : validateResourceName;
  const used = item.type === 'Pod' ? podLists : lists;
  const errors = used.flatMap((list) =>
    Object.keys(item[list] ?? {}).flatMap((name) => validateName(name, path.child(list).key(name))),
  );
  return [...errors, ...validateForType(item, path), ...validateAmounts(item, used, path)];
}

function validateForType(item: ILimitRangeItem, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (item.type === 'Pod') {
    for (const list of ['default', 'defaultRequest'] as const) {
      if (Object.keys(item[list] ?? {}).length === 0) continue;
      errors.push(forbidden(path.child(list), "may not be specified when `type` is 'Pod'"));
    }
  }
  const bounded = Object.hasOwn(item.min ?? {}, 'storage') || Object.hasOwn(item.max ?? {}, 'storage');
  if (item.type === 'PersistentVolumeClaim' && !bounded) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(path.child('limits'), detail));
  }
  return errors;
}
