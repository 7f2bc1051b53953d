import type {
  IIngress,
  IIngressBackend,
  IIngressRule,
  IIngressSpec,
  IIngressTLS,
} from 'kubernetes-models/networking.k8s.io/v1';
import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { parseIP } from '../../../apimachinery/ip.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isValidPortName,
  isValidPortNum,
  isWildcardDNS1123Subdomain,
} from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateDNS1123Subdomain } from '../../validation/name-fields.ts';
import { invalidFor } from '../../validation/values.ts';
import { validateReference } from '../references.ts';
import { validatePath } from './paths.ts';

const specPath = FieldPath.of('spec');
export const classAnnotation = 'kubernetes.io/ingress.class';

const readSpec = (object: KubeObject | undefined): IIngressSpec =>
  (object as unknown as IIngress | undefined)?.spec ?? {};

/** As `validateIngressSpec`; the old annotation and the new field must not name different classes. */
export function validateIngress(object: KubeObject): FieldError[] {
  const annotations = object.metadata.annotations ?? {};
  const named = Object.hasOwn(annotations, classAnnotation) ? annotations[classAnnotation] : undefined;
  const { ingressClassName } = readSpec(object);
  const errors = validateIngressSpec(object);
  if (named === undefined || ingressClassName === undefined || named === ingressClassName) return errors;
  const path = FieldPath.of('annotations', classAnnotation);
  return [...errors, invalid(path, named, 'must match `ingressClassName` when both are specified')];
}

/** `old` lets secret names and paths below wildcard hosts stay that an older rule let be. */
export function validateIngressSpec(object: KubeObject, old?: KubeObject): FieldError[] {
  const { rules: given, defaultBackend, tls = [], ingressClassName } = readSpec(object);
  const rules = given ?? [];
  const errors: FieldError[] = [];
  if (rules.length === 0 && !defaultBackend) {
    errors.push(invalid(specPath, given ?? null, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, specPath.child('defaultBackend')));
  const laxWildcards = (readSpec(old).rules ?? []).some(
    (rule) => rule.host?.includes('*') && validatePaths(rule, FieldPath.root).length > 0,
  );
  const laxSecrets = (readSpec(old).tls ?? []).some(
    ({ secretName = '' }) => secretProblems(secretName).length > 0,
  );
  return [
    ...errors,
    ...rules.flatMap((rule, i) => validateRule(rule, laxWildcards, specPath.child('rules').index(i))),
    ...tls.flatMap((entry, i) => validateTLS(entry, laxSecrets, specPath.child('tls').index(i))),
    ...(ingressClassName === undefined
      ? []
      : validateDNS1123Subdomain(ingressClassName, specPath.child('ingressClassName'))),
  ];
}

const secretProblems = (name: string) => (name === '' ? [] : isDNS1123Subdomain(name));

function validateTLS(
  { hosts = [], secretName = '' }: IIngressTLS,
  laxSecrets: boolean,
  path: FieldPath,
): FieldError[] {
  return [
    ...hosts.flatMap((host, i) => invalidFor(hostProblems(host), host, path.child('hosts').index(i))),
    ...(laxSecrets ? [] : invalidFor(secretProblems(secretName), secretName, path.child('secretName'))),
  ];
}

const hostProblems = (host: string) =>
  host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host);

function validateRule(rule: IIngressRule, laxWildcards: boolean, path: FieldPath): FieldError[] {
  const { host = '' } = rule;
  const errors: FieldError[] = [];
  if (host !== '') {
    const hostPath = path.child('host');
    if (parseIP(host)) errors.push(invalid(hostPath, host, 'must be a DNS name, not an IP address'));
    errors.push(...invalidFor(hostProblems(host), host, hostPath));
  }
  return laxWildcards && host.includes('*') ? errors : [...errors, ...validatePaths(rule, path)];
}

function validatePaths({ http }: IIngressRule, path: FieldPath): FieldError[] {
  if (!http) return [];
  const pathsPath = path.child('http', 'paths');
  const paths = http.paths ?? [];
  if (paths.length === 0) return [required(pathsPath)];
  return paths.flatMap((entry, i) => {
    if (entry.pathType === undefined) {
      return [required(pathsPath.index(i).child('pathType'), 'pathType must be specified')];
    }
    return [
      ...validatePath(entry, pathsPath.index(i)),
      ...validateBackend(entry.backend ?? {}, pathsPath.index(i).child('backend')),
    ];
  });
}

/** Either an object of any kind, or a service and one of its ports. */
function validateBackend({ resource, service }: IIngressBackend, path: FieldPath): FieldError[] {
  if (resource && service) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateReference(resource, path.child('resource'));
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const namePath = path.child('service', 'name');
  return [
    ...(service.name
      ? invalidFor(isDNS1123Label(service.name), service.name, namePath)
      : [required(namePath)]),
    ...validateBackendPort(service.port ?? {}, path),
  ];
}

function validateBackendPort(
  { name, number }: { readonly name?: string; readonly number?: number },
  path: FieldPath,
): FieldError[] {
  if (name && number) return [invalid(path, '', 'cannot set both port name & port number')];
  const portPath = path.child('service', 'port');
  if (name) return invalidFor(isValidPortName(name), name, portPath.child('name'));
  if (number) return invalidFor(isValidPortNum(number), number, portPath.child('number'));
  return [required(path, 'port name or number is required')];
}
