import type { IDeviceClaim } from 'kubernetes-models/resource.k8s.io/v1';
import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { validateDNS1123Label } from '../validation/name-fields.ts';

/** The names by which requests can be referred to: `gpu`, or `gpu/small` for an alternative of it. */
export type RequestNames = ReadonlySet<string>;

export const requestNamesOf = ({ requests = [] }: IDeviceClaim): RequestNames =>
  new Set(
    requests.flatMap(({ name = '', firstAvailable = [] }) => [
      name,
      ...firstAvailable.map((alternative) => `${name}/${alternative.name ?? ''}`),
    ]),
  );

export function validateRequestNameRef(name: string, known: RequestNames, path: FieldPath): FieldError[] {
  const detail =
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
  const segments = name.split('/');
  if (segments.length > 2) return [invalid(path, name, detail)];
  return [
    ...segments.flatMap((segment) => validateDNS1123Label(segment, path)),
    ...(known.has(name) ? [] : [invalid(path, name, detail)]),
  ];
}
