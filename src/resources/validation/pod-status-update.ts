import type { IContainer, IContainerStatus, IPod, IPodSpec, IPodStatus } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { ipFamily } from '../../apimachinery/ip.ts';
import { validateImmutableField } from '../../apimachinery/meta-validation.ts';
import { isDNS1123Subdomain, isValidGroupID, isValidUserID } from '../../apimachinery/names.ts';
import { validateIPField } from '../ip-fields.ts';
import { validateExtendedClaimStatus } from './extended-claim-status.ts';
import { validateDNS1123Subdomain, validateQualifiedName } from './name-fields.ts';
import { validatePodAnnotationsUpdate } from './pod-annotations.ts';
import { isRestartableInitContainer } from './pod-resources.ts';
import { invalidFor } from './values.ts';

const statusPath = FieldPath.of('status');
const systemConditions = ['PodScheduled', 'Ready', 'Initialized'];
/** Sorted, as the message prints them. */
const healthValues = ['Healthy', 'Unhealthy', 'Unknown'];

/** An update through `/status`, without what holds for the metadata of every kind. Neither object is changed. */
export function validatePodStatusUpdate(pod: IPod, old: IPod): FieldError[] {
  const { spec = {} as IPodSpec, status = {} } = pod;
  const { spec: oldSpec = {} as IPodSpec, status: oldStatus = {} } = old;
  const errors = validatePodAnnotationsUpdate(
    pod.metadata?.annotations,
    old.metadata?.annotations,
    spec,
    FieldPath.of('metadata', 'annotations'),
  );
  errors.push(...validateConditions(status, statusPath.child('conditions')));
  if ((spec.nodeName ?? '') !== (oldSpec.nodeName ?? '')) {
    errors.push(forbidden(statusPath.child('nodeName'), 'may not be changed directly'));
  }
  return [
    ...errors,
    ...validateNominatedNode(status, oldStatus, oldSpec),
    ...validateObserved(status.observedGeneration, statusPath),
    ...validateImmutableField(status.qosClass ?? '', oldStatus.qosClass ?? '', statusPath.child('qosClass')),
    ...validateTransitions(status, oldStatus, oldSpec),
    ...validateClaimStatuses(status, spec, statusPath.child('resourceClaimStatuses')),
    ...validateExtendedClaimStatus(
      status.extendedResourceClaimStatus,
      spec,
      statusPath.child('extendedResourceClaimStatus'),
    ),
    ...validateIPs(status, oldStatus),
    ...validateContainerStatuses(status, spec),
  ];
}

const validateObserved = (generation: number | undefined, owner: FieldPath): FieldError[] =>
  (generation ?? 0) < 0
    ? [invalid(owner.child('observedGeneration'), generation, 'must be a non-negative integer')]
    : [];

function validateConditions({ conditions = [] }: IPodStatus, path: FieldPath): FieldError[] {
  return conditions.flatMap(({ type = '', observedGeneration }, i) => [
    ...validateObserved(observedGeneration, path.index(i)),
    ...(systemConditions.includes(type) ? [] : validateQualifiedName(type, path.index(i).child('Type'))),
  ]);
}

function validateNominatedNode(status: IPodStatus, old: IPodStatus, spec: IPodSpec): FieldError[] {
  const { nominatedNodeName: name = '' } = status;
  const path = statusPath.child('nominatedNodeName');
  if (name === '' || name === (old.nominatedNodeName ?? '')) return [];
  const errors = invalidFor(isDNS1123Subdomain(name), name, path);
  if (!spec.nodeName) return errors;
  return [...errors, forbidden(path, 'may not be set on pods that are already bound to a node')];
}

/** A container that has ended starts again only where its restart policy lets it. */
function validateTransitions(status: IPodStatus, old: IPodStatus, spec: IPodSpec): FieldError[] {
  const { containers = [], initContainers = [] } = spec;
  if ([...containers, ...initContainers].some(restartsAll)) return [];
  const mayRestart = (list: readonly IContainer[]) => {
    const byName = firstByName(list);
    return (name: string, exitCode: number) => {
      const container = byName.get(name);
      return container !== undefined && shouldRestart(container, spec.restartPolicy ?? '', exitCode);
    };
  };
  return [
    ...transitionErrors(status, old, 'containerStatuses', mayRestart(containers)),
    ...transitionErrors(status, old, 'initContainerStatuses', mayRestart(initContainers)),
    ...transitionErrors(status, old, 'ephemeralContainerStatuses', () => false),
  ];
}

const restartsAll = ({ restartPolicyRules }: IContainer) =>
  restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers') ?? false;

/** The first of each name. */
const firstByName = <T extends { readonly name?: string }>(list: readonly T[]): ReadonlyMap<string, T> =>
  new Map(list.toReversed().map((item) => [item.name ?? '', item]));

type StatusList = 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses';

function transitionErrors(
  status: IPodStatus,
  old: IPodStatus,
  field: StatusList,
  mayRestart: (name: string, exitCode: number) => boolean,
): FieldError[] {
  const current = firstByName(status[field] ?? []);
  return (old[field] ?? []).flatMap(({ name, state }, i) => {
    if (!state?.terminated) return [];
    const now = current.get(name);
    if (!now || now.state?.terminated || mayRestart(name, state.terminated.exitCode ?? 0)) return [];
    const path = statusPath.child(field).index(i).child('state');
    return [forbidden(path, 'may not be transitioned to non-terminated state')];
  });
}

/** The container's own rules decide before its policy, and that before the policy of the pod. */
function shouldRestart(container: IContainer, podPolicy: string, exitCode: number): boolean {
  const { restartPolicy, restartPolicyRules = [] } = container;
  if (restartPolicy !== undefined) {
    const matches = restartPolicyRules.some(
      ({ exitCodes }) =>
        exitCodes !== undefined &&
        (exitCodes.values ?? []).includes(exitCode) === (exitCodes.operator === 'In'),
    );
    if (matches || isRestartableInitContainer(container)) return true;
  }
  const policy = restartPolicy ?? podPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

function validateClaimStatuses(status: IPodStatus, spec: IPodSpec, path: FieldPath): FieldError[] {
  const names = new Set<string>();
  const claims = new Set(spec.resourceClaims?.map((claim) => claim.name));
  return (status.resourceClaimStatuses ?? []).flatMap(({ name = '', resourceClaimName }, i) => {
    const namePath = path.index(i).child('name');
    const errors: FieldError[] = [];
    if (!claims.has(name)) {
      errors.push(invalid(namePath, name, 'must match the name of an entry in `spec.resourceClaims`'));
    }
    if (names.has(name)) errors.push(duplicate(namePath, name));
    names.add(name);
    return resourceClaimName === undefined
      ? errors
      : [...errors, ...validateDNS1123Subdomain(resourceClaimName, path.index(i).child('resourceClaimName'))];
  });
}

function validateIPs(status: IPodStatus, old: IPodStatus): FieldError[] {
  const { hostIP = '', hostIPs = [] } = status;
  const errors = validateIPList(status, old, 'podIPs');
  const first = hostIPs[0]?.ip;
  if (hostIPs.length > 0 && first !== hostIP) {
    const path = statusPath.child('hostIPs').index(0).child('ip');
    errors.push(invalid(path, first ?? '', 'must be equal to `hostIP`'));
  }
  return [...errors, ...validateIPList(status, old, 'hostIPs')];
}

/** At most one address of each family; old ones may stay as they are. */
function validateIPList(status: IPodStatus, old: IPodStatus, field: 'podIPs' | 'hostIPs'): FieldError[] {
  const path = statusPath.child(field);
  const ips = (status[field] ?? []).map(({ ip = '' }) => ip);
  const oldIPs = (old[field] ?? []).map(({ ip = '' }) => ip);
  const errors = ips.flatMap((ip, i) => validateIPField(ip, path.index(i), oldIPs));
  if (ips.length < 2) return errors;
  const dualStack = ips.length === 2 && new Set(ips.map(ipFamily)).size === 2;
  if (dualStack) return errors;
  return [...errors, invalid(path, status[field], 'may specify no more than one IP for each IP family')];
}

function validateContainerStatuses(status: IPodStatus, spec: IPodSpec): FieldError[] {
  const os = spec.os?.name ?? 'linux';
  const users = (
    ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const
  ).flatMap((field) =>
    (status[field] ?? []).flatMap((container, i) =>
      validateUser(container, os, statusPath.child(field).index(i).child('user', 'linux')),
    ),
  );
  const resources = (list: StatusList, containers: readonly IContainer[]) =>
    (status[list] ?? []).flatMap((container, i) =>
      validateAllocated(
        container,
        containers,
        statusPath.child(list).index(i).child('allocatedResourcesStatus'),
      ),
    );
  const ephemeral = (status.ephemeralContainerStatuses ?? []).flatMap(
    ({ allocatedResourcesStatus = [] }, i) => {
      if (allocatedResourcesStatus.length === 0) return [];
      const path = statusPath.child('ephemeralContainerStatuses').index(i).child('allocatedResourcesStatus');
      return [forbidden(path, 'must not be specified in container status')];
    },
  );
  return [
    ...users,
    ...resources('containerStatuses', spec.containers ?? []),
    ...resources('initContainerStatuses', spec.initContainers ?? []),
    ...ephemeral,
  ];
}

function validateUser({ user }: IContainerStatus, os: string, path: FieldPath): FieldError[] {
  const linux = user?.linux;
  if (!linux) return [];
  if (os === 'windows') return [forbidden(path, 'cannot be set for a windows pod')];
  return [
    ...invalidFor(isValidUserID(linux.uid ?? 0), linux.uid ?? 0, path.child('uid')),
    ...invalidFor(isValidGroupID(linux.gid ?? 0), linux.gid ?? 0, path.child('gid')),
    ...(linux.supplementalGroups ?? []).flatMap((id, i) =>
      invalidFor(isValidGroupID(id), id, path.child('supplementalGroups').index(i)),
    ),
  ];
}

/** Health of devices, which must be those the container asked for. A container that is gone is let pass. */
function validateAllocated(
  { name, allocatedResourcesStatus = [] }: IContainerStatus,
  containers: readonly IContainer[],
  path: FieldPath,
): FieldError[] {
  const container = containers.find((candidate) => candidate.name === name);
  return allocatedResourcesStatus.flatMap((allocated, j) => {
    const errors: FieldError[] = [];
    if (container && !isRequested(allocated.name, container)) {
      const detail = allocated.name.startsWith('claim:')
        ? "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
        : "must match one of the container's resource requests";
      errors.push(invalid(path.index(j).child('name'), allocated.name, detail));
    }
    const ids = new Set<string>();
    for (const [k, { health = '', resourceID = '', message }] of (allocated.resources ?? []).entries()) {
      const resourcePath = path.index(j).child('resources').index(k);
      if (!healthValues.includes(health)) {
        errors.push(notSupported(resourcePath.child('health'), health, healthValues));
      }
      if (message === '')
        errors.push(required(resourcePath.child('message'), 'must be non-empty if specified'));
      if (ids.has(resourceID)) errors.push(duplicate(resourcePath.child('resourceID'), resourceID));
      ids.add(resourceID);
    }
    return errors;
  });
}

function isRequested(name: string, { resources }: IContainer): boolean {
  if (!name.startsWith('claim:')) return Object.hasOwn(resources?.requests ?? {}, name);
  return (resources?.claims ?? []).some(
    (claim) => name === `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}`,
  );
}
