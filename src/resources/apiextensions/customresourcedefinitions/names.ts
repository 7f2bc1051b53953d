import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../../apimachinery/names.ts';
import type { ObjectMeta } from '../../../apimachinery/object.ts';
import type { CrdNames, CrdSpec } from './types.ts';

const label = (value: string, path: FieldPath, prefix = ''): FieldError[] => {
  const problems = value === '' ? [] : isDNS1035Label(prefix === '' ? value : value.toLowerCase());
  return problems.length > 0 ? [invalid(path, value, prefix + problems.join(','))] : [];
};

const mixedCase = 'may have mixed case, but should otherwise match: ';

/** Findings on `spec.names` and `status.acceptedNames`; absent names pass. */
export function validateNames(names: CrdNames, path: FieldPath): FieldError[] {
  const { plural = '', singular = '', kind = '', listKind = '' } = names;
  const list = (field: 'shortNames' | 'categories') =>
    (names[field] ?? []).flatMap((value, i) => {
      const problems = isDNS1035Label(value);
      return problems.length > 0 ? [invalid(path.child(field).index(i), value, problems.join(','))] : [];
    });
  return [
    ...label(plural, path.child('plural')),
    ...label(singular, path.child('singular')),
    ...label(kind, path.child('kind'), mixedCase),
    ...label(listKind, path.child('listKind'), mixedCase),
    ...list('shortNames'),
    ...(kind !== '' && kind === listKind
      ? [invalid(path.child('listKind'), listKind, 'kind and listKind may not be the same')]
      : []),
    ...list('categories'),
  ];
}

export const validateRequiredNames = (names: CrdNames, path: FieldPath): FieldError[] =>
  (['plural', 'singular', 'kind', 'listKind'] as const)
    .filter((field) => !names[field])
    .map((field) => required(path.child(field)));

/** A definition is called `<plural>.<group>`. A generated name would have to be that already. */
export function validateDefinitionName(
  metadata: ObjectMeta,
  { names = {}, group = '' }: CrdSpec,
): FieldError[] {
  const wanted = `${names.plural ?? ''}.${group}`;
  return (['generateName', 'name'] as const).flatMap((field) => {
    const name = metadata[field] ?? '';
    if (name === '' || name === wanted) return [];
    return [invalid(FieldPath.of('metadata', field), name, 'must be spec.names.plural+"."+spec.group')];
  });
}

export function validateGroup(group: string, path: FieldPath): FieldError[] {
  if (group === '') return [required(path)];
  const problems = isDNS1123Subdomain(group);
  if (problems.length > 0) return [invalid(path, group, problems.join(','))];
  return group.includes('.') ? [] : [invalid(path, group, 'should be a domain with at least one dot')];
}
