import type {
  IContainer,
  IPod,
  IPodAffinityTerm,
  IPodSpec,
  IScopedResourceSelectorRequirement,
} from 'kubernetes-models/v1';
import { parseTime } from '../../../../apimachinery/clock.ts';
import type { KubeObject } from '../../../../apimachinery/object.ts';
import type { Quantity } from '../../../../apimachinery/quantity.ts';
import { isHugePageResource, isPodLevelResource } from '../../../validation/pod-resources.ts';
import { qosClassOf } from '../../../validation/qos.ts';
import { type Quantities, quantitiesOf } from '../../../validation/resource-list.ts';
import { isExtendedResource, isNativeResource } from '../../../validation/resource-names.ts';
import { countName, one } from './counts.ts';
import { podAmounts } from './pod-amounts.ts';
import { holdsOf } from './scope-values.ts';
import type { Evaluator, UsageChange, World } from './types.ts';

const count = countName({ group: '', resource: 'pods' });
const computeResources = ['cpu', 'memory', 'ephemeral-storage'];
const names: ReadonlySet<string> = new Set([
  count,
  'pods',
  ...computeResources.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);
/** Quotas on these ask every container to say what it needs; a mistake that is kept, and not made again for others. */
const mustBeSaid: readonly string[] = ['cpu', 'memory'].flatMap((name) => [
  name,
  `requests.${name}`,
  `limits.${name}`,
]);
/** Names of devices that pods ask for by class rather than by resource. */
export const deviceClassPrefix = 'deviceclass.resource.kubernetes.io/';

const asPod = (object: KubeObject): IPod => object as unknown as IPod;
const specOf = (object: KubeObject): IPodSpec => asPod(object).spec ?? { containers: [] };

const isTerminating = (object: KubeObject): boolean => (specOf(object).activeDeadlineSeconds ?? -1) >= 0;

function mayUse({ operation, subresource, object, oldObject }: UsageChange): boolean {
  if (subresource === 'resize') return operation === 'UPDATE';
  if (subresource !== '') return false;
  return (
    operation === 'CREATE' || (oldObject !== undefined && isTerminating(object) !== isTerminating(oldObject))
  );
}

function uses(name: string): boolean {
  if (names.has(name) || isHugePageResource(name)) return true;
  if (!name.startsWith('requests.')) return false;
  const resource = name.slice('requests.'.length);
  return isHugePageResource(resource) || !isNativeResource(name) || resource.startsWith(deviceClassPrefix);
}

/** A pod that has ended, or should have by now, counts as an object and uses nothing else. */
function usage(object: KubeObject, { nowMs }: Pick<World, 'nowMs'>): Quantities {
  const used = new Map<string, Quantity>([[count, one]]);
  if (hasEnded(object, nowMs)) return used;
  for (const [name, amount] of computeUsage(podAmounts(object, 'requests'), podAmounts(object, 'limits'))) {
    used.set(name, amount);
  }
  return used;
}

function hasEnded(object: KubeObject, nowMs: number): boolean {
  const { phase } = asPod(object).status ?? {};
  if (phase === 'Failed' || phase === 'Succeeded') return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return nowMs > parseTime(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

/** Requests and limits under the names that quotas have for them. */
function computeUsage(requests: Quantities, limits: Quantities): Map<string, Quantity> {
  const used = new Map<string, Quantity>([['pods', one]]);
  for (const [name, amount] of requests) {
    if (computeResources.includes(name) || isHugePageResource(name))
      used.set(name, amount).set(`requests.${name}`, amount);
    else if (isExtendedResource(name) || name.startsWith(deviceClassPrefix))
      used.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of limits)
    if (computeResources.includes(name)) used.set(`limits.${name}`, amount);
  return used;
}

function missing(limited: readonly string[], object: KubeObject): string | undefined {
  const { containers = [], initContainers = [], resources } = specOf(object);
  const ofPod = [...Object.keys(resources?.requests ?? {}), ...Object.keys(resources?.limits ?? {})];
  if (ofPod.some(isPodLevelResource)) return undefined;
  const said = [...containers, ...initContainers].map((container: IContainer) => ({
    name: container.name,
    used: computeUsage(
      quantitiesOf(container.resources?.requests),
      quantitiesOf(container.resources?.limits),
    ),
  }));
  const texts = [...new Set(limited)]
    .filter((name) => mustBeSaid.includes(name))
    .sort()
    .flatMap((name) => {
      const silent = new Set(said.filter(({ used }) => !used.has(name)).map((container) => container.name));
      return silent.size > 0 ? [`${name} for: ${[...silent].sort().join(',')}`] : [];
    });
  return texts.length > 0 ? `must specify ${texts.join('; ')}` : undefined;
}

function isWithin(scope: IScopedResourceSelectorRequirement, object: KubeObject): boolean {
  const { priorityClassName } = specOf(object);
  switch (scope.scopeName) {
    case 'Terminating':
      return isTerminating(object);
    case 'NotTerminating':
      return !isTerminating(object);
    case 'BestEffort':
      return qosClassOf(asPod(object)) === 'BestEffort';
    case 'NotBestEffort':
      return qosClassOf(asPod(object)) !== 'BestEffort';
    case 'PriorityClass':
      return holdsOf(scope, priorityClassName ? [priorityClassName] : []);
    case 'CrossNamespacePodAffinity':
      return looksElsewhere(object);
    default:
      return false;
  }
}

/** Whether the pod wants to be near, or far from, pods of other namespaces. */
function looksElsewhere(object: KubeObject): boolean {
  const { podAffinity, podAntiAffinity } = specOf(object).affinity ?? {};
  const terms: IPodAffinityTerm[] = [podAffinity, podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm ?? {},
    ),
  ]);
  return terms.some(({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector);
}

export const pods: Evaluator = { mayUse, uses, usage, isWithin, missing };
