import type { IContainer, IPodSpec, IPodStatus } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import { validateDNS1123Label, validateDNS1123Subdomain } from './name-fields.ts';

type ClaimStatus = NonNullable<IPodStatus['extendedResourceClaimStatus']>;
type RequestMapping = Partial<NonNullable<ClaimStatus['requestMappings']>[number]>;

/** `status.extendedResourceClaimStatus`: the claim that was made for a pod that asks for devices as for other resources. */
export function validateExtendedClaimStatus(
  status: ClaimStatus | undefined,
  { containers = [], initContainers = [] }: IPodSpec,
  path: FieldPath,
): FieldError[] {
  if (!status) return [];
  const { resourceClaimName = '', requestMappings = [] } = status as Partial<ClaimStatus>;
  const all = new Map([...initContainers, ...containers].map((container) => [container.name, container]));
  const mappingsPath = path.child('requestMappings');
  const namePath = path.child('resourceClaimName');
  const seen = new Set<string>();
  return [
    ...(requestMappings.length === 0
      ? [required(mappingsPath, 'at least one request mapping is required')]
      : []),
    ...requestMappings.flatMap((mapping, i) =>
      validateMapping(mapping, all, seen, path, mappingsPath.index(i)),
    ),
    ...(resourceClaimName === ''
      ? [required(namePath)]
      : validateDNS1123Subdomain(resourceClaimName, namePath)),
  ];
}

function validateMapping(
  { containerName = '', resourceName = '', requestName = '' }: RequestMapping,
  containers: ReadonlyMap<string, IContainer>,
  seen: Set<string>,
  statusPath: FieldPath,
  path: FieldPath,
): FieldError[] {
  const [containerPath, resourcePath] = [path.child('containerName'), path.child('resourceName')];
  const container = containers.get(containerName);
  const errors: FieldError[] = [];
  if (!container) {
    const detail = 'must match the name of an entry in spec.initContainers.name or spec.containers.name';
    errors.push(invalid(containerPath, containerName, detail));
  } else if (!Object.hasOwn(container.resources?.requests ?? {}, resourceName)) {
    const detail =
      'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests';
    errors.push(invalid(resourcePath, resourceName, detail));
  }
  // Upstream the request is looked for one floor higher.
  errors.push(...validateDNS1123Label(requestName, statusPath.child('requestName')));
  const key = JSON.stringify([containerName, resourceName, requestName]);
  if (seen.has(key)) {
    errors.push(duplicate(containerPath, containerName), duplicate(resourcePath, resourceName));
    errors.push(duplicate(path.child('requestName'), requestName));
  }
  seen.add(key);
  return errors;
}
