import {
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { isPathSegmentName, nameIsDNSSubdomain } from '../../apimachinery/names.ts';
import { jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import type { TableDefinition } from '../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, wideColumn } from '../cells.ts';
import { readStruct } from '../struct-fields.ts';
import { invalidFor } from '../validation/values.ts';

export const rbacGroup = 'rbac.authorization.k8s.io';

interface Subject {
  kind?: string;
  name?: string;
  namespace?: string;
  apiGroup?: string;
}

interface RoleRef {
  kind?: string;
  name?: string;
  apiGroup?: string;
}

const subjectsOf = (binding: KubeObject) => (binding['subjects'] ?? []) as Subject[];
const roleRefOf = (binding: KubeObject) => readStruct<RoleRef>(binding, 'roleRef');

/** Fills in the API groups that a manifest may leave out. */
export function defaultBinding(binding: KubeObject): void {
  binding['roleRef'] = { ...roleRefOf(binding), apiGroup: roleRefOf(binding).apiGroup || rbacGroup };
  for (const subject of subjectsOf(binding)) {
    if (subject.apiGroup) continue;
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup = rbacGroup;
  }
}

/** Findings on a RoleBinding or ClusterRoleBinding; `roleKinds` are those it may refer to. */
export function validateBinding(
  binding: KubeObject,
  roleKinds: readonly string[],
  namespaced: boolean,
): FieldError[] {
  const subjects = FieldPath.of('subjects');
  return [
    ...validateRoleRef(roleRefOf(binding), roleKinds, FieldPath.of('roleRef')),
    ...subjectsOf(binding).flatMap((subject, i) => validateSubject(subject, namespaced, subjects.index(i))),
  ];
}

export function validateBindingUpdate(binding: KubeObject, old: KubeObject): FieldError[] {
  if (jsonEqual(binding['roleRef'], old['roleRef'])) return [];
  const { apiGroup = '', kind = '', name = '' } = roleRefOf(binding);
  // As the Go struct is called inside of the reference server, which has no other names for its fields.
  const shown = { APIGroup: apiGroup, Kind: kind, Name: name };
  return [invalid(FieldPath.of('roleRef'), shown, 'cannot change roleRef')];
}

function validateRoleRef(roleRef: RoleRef, roleKinds: readonly string[], path: FieldPath): FieldError[] {
  const { apiGroup = '', kind = '', name = '' } = roleRef;
  return [
    ...(apiGroup === rbacGroup ? [] : [notSupported(path.child('apiGroup'), apiGroup, [rbacGroup])]),
    ...(roleKinds.includes(kind) ? [] : [notSupported(path.child('kind'), kind, roleKinds)]),
    ...(name === ''
      ? [required(path.child('name'))]
      : invalidFor(isPathSegmentName(name), name, path.child('name'))),
  ];
}

function validateSubject(subject: Subject, namespaced: boolean, path: FieldPath): FieldError[] {
  const { kind = '', name = '', namespace = '', apiGroup = '' } = subject;
  const errors = name === '' ? [required(path.child('name'))] : [];
  switch (kind) {
    case 'ServiceAccount':
      if (name !== '') errors.push(...invalidFor(nameIsDNSSubdomain(name, false), name, path.child('name')));
      if (apiGroup !== '') errors.push(notSupported(path.child('apiGroup'), apiGroup, ['']));
      if (!namespaced && namespace === '') errors.push(required(path.child('namespace')));
      break;
    case 'User':
    case 'Group':
      if (apiGroup !== rbacGroup) errors.push(notSupported(path.child('apiGroup'), apiGroup, [rbacGroup]));
      break;
    default:
      errors.push(notSupported(path.child('kind'), kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}

/** The table of both binding kinds. */
export const bindingTable: TableDefinition = {
  columns: [
    nameColumn,
    column('Role', 'Kind and name of the role that is granted.'),
    ageColumn,
    wideColumn('Users', 'Users it is granted to.'),
    wideColumn('Groups', 'Groups it is granted to.'),
    wideColumn('ServiceAccounts', 'Service accounts it is granted to.'),
  ],
  row: (binding, nowMs) => {
    const { kind = '', name = '' } = roleRefOf(binding);
    const subjects = subjectsOf(binding);
    const named = (wanted: string) => subjects.filter((subject) => subject.kind === wanted);
    return {
      cells: [
        binding.metadata.name ?? '',
        `${kind}/${name}`,
        age(binding, nowMs),
        named('User')
          .map((user) => user.name)
          .join(', '),
        named('Group')
          .map((group) => group.name)
          .join(', '),
        named('ServiceAccount')
          .map((account) => `${account.namespace ?? ''}/${account.name}`)
          .join(', '),
      ],
    };
  },
};
