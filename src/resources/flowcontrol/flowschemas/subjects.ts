import {
  type FieldError,
  type FieldPath,
  forbidden,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { nameIsDNSLabel, nameIsDNSSubdomain } from '../../../apimachinery/names.ts';
import { invalidFor } from '../../validation/values.ts';

interface NamedSubject {
  name?: string;
  namespace?: string;
}

/** `flowcontrol.apiserver.k8s.io/v1` Subject. */
export interface FlowSubject {
  kind?: string;
  group?: NamedSubject;
  serviceAccount?: NamedSubject;
  user?: NamedSubject;
}

type Field = 'group' | 'serviceAccount' | 'user';

/** Sorted by kind, as messages list them. */
const fieldOfKind: Readonly<Record<string, Field>> = {
  Group: 'group',
  ServiceAccount: 'serviceAccount',
  User: 'user',
};
const kinds = Object.keys(fieldOfKind);

/** The field that belongs to the kind must be there, and no other. */
export function validateSubject(subject: FlowSubject, path: FieldPath): FieldError[] {
  const { kind = '' } = subject;
  if (!kinds.includes(kind)) return [notSupported(path.child('kind'), kind, kinds)];
  const field = fieldOfKind[kind]!;
  const named = subject[field];
  const errors = named
    ? validateNamed(named, kind, path.child(field))
    : [required(path.child(field), `${field} is required when subject kind is '${kind}'`)];
  for (const other of kinds) {
    const otherField = fieldOfKind[other]!;
    if (other === kind || !subject[otherField]) continue;
    const detail = `${otherField} is forbidden when subject kind is not '${other}'`;
    errors.push(forbidden(path.child(otherField), detail));
  }
  return errors;
}

function validateNamed(
  { name = '', namespace = '' }: NamedSubject,
  kind: string,
  path: FieldPath,
): FieldError[] {
  const namePath = path.child('name');
  if (kind !== 'ServiceAccount') return name === '' ? [required(namePath)] : [];
  const namespacePath = path.child('namespace');
  return [
    ...(name === '' ? [required(namePath)] : []),
    ...(name === '' || name === '*' ? [] : invalidFor(nameIsDNSSubdomain(name, false), name, namePath)),
    ...(namespace === ''
      ? [required(namespacePath, 'must specify namespace for service account')]
      : invalidFor(nameIsDNSLabel(namespace, false), namespace, namespacePath)),
  ];
}
