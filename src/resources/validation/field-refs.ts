import type { IObjectFieldSelector, IResourceFieldSelector } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { canonicalQuantity } from '../../apimachinery/quantity.ts';
import { validateQualifiedName } from './name-fields.ts';

/** Fields of a pod that the downward API knows at all (`ConvertDownwardAPIFieldLabel`). */
const podFields = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

/** Fields that an environment variable may show. */
export const envFields: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Fields that a file in a volume may show. */
export const volumeFields: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** A field of the pod: `metadata.name`, `metadata.labels['app']`. */
export function validateObjectFieldSelector(
  { apiVersion = '', fieldPath = '' }: Partial<IObjectFieldSelector>,
  supported: readonly string[],
  path: FieldPath,
): FieldError[] {
  if (apiVersion === '') return [required(path.child('apiVersion'))];
  if (fieldPath === '') return [required(path.child('fieldPath'))];
  const subscripted = /^(.+?)\['(.*)'\]$/s.exec(fieldPath);
  const problem = conversionProblem(apiVersion, fieldPath, subscripted?.[1]);
  if (problem) return [invalid(path.child('fieldPath'), fieldPath, `error converting fieldPath: ${problem}`)];
  if (subscripted) {
    const [, map, key = ''] = subscripted;
    return validateQualifiedName(map === 'metadata.annotations' ? key.toLowerCase() : key, path);
  }
  // The old name of the field, still accepted.
  const name = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  return supported.includes(name) ? [] : [notSupported(path.child('fieldPath'), name, supported)];
}

function conversionProblem(version: string, label: string, map: string | undefined): string | undefined {
  if (version !== 'v1') return `unsupported pod version: ${version}`;
  if (map !== undefined) {
    return map === 'metadata.annotations' || map === 'metadata.labels'
      ? undefined
      : `field label does not support subscript: ${label}`;
  }
  return podFields.has(label) || label === 'spec.host' ? undefined : `field label not supported: ${label}`;
}

const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

const isHugePagesField = (name: string) => /^(limits|requests)\.hugepages-/.test(name);

/** An amount of a container: `limits.cpu`. In a volume the container must be named. */
export function validateResourceFieldSelector(
  { containerName = '', resource = '', divisor }: Partial<IResourceFieldSelector>,
  inVolume: boolean,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (inVolume && containerName === '') errors.push(required(path.child('containerName')));
  else if (resource === '') errors.push(required(path.child('resource')));
  else if (!resourceFields.includes(resource) && !isHugePagesField(resource)) {
    errors.push(notSupported(path.child('resource'), resource, resourceFields));
  }
  return [...errors, ...validateDivisor(resource, divisor, path.child('divisor'))];
}

const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function validateDivisor(
  resource: string,
  divisor: string | number | undefined,
  path: FieldPath,
): FieldError[] {
  const text = divisor === undefined ? '0' : canonicalQuantity(String(divisor));
  if (text === '0') return [];
  if (resource.endsWith('.cpu')) {
    return text === '1' || text === '1m'
      ? []
      : [invalid(path, resource, "only divisor's values 1m and 1 are supported with the cpu resource")];
  }
  const kind = isHugePagesField(resource)
    ? 'hugepages'
    : resource.endsWith('.memory')
      ? 'memory'
      : resource.endsWith('.ephemeral-storage')
        ? 'local ephemeral storage'
        : undefined;
  if (kind === undefined || byteDivisors.includes(text)) return [];
  const detail = `only divisor's values ${byteDivisors.join(', ')} are supported with the ${kind} resource`;
  return [invalid(path, resource, detail)];
}
