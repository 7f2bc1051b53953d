import { jsonEqual } from '../../apimachinery/object.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import { isNamespaceTerminating, isNotFound } from '../../client/failure.ts';
import { type Endpoints, endpoints, type Pod, type Service } from '../../client/kinds.ts';
import { splitKey } from '../../client/resource.ts';
import { itself, runLoop } from '../loop.ts';
import { isFinished, isReady, isTerminating } from '../pod-state.ts';
import { addressesOf, hostnameBehind, isHeadless, servicePods, targetPort } from '../service-pods.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';

const account = 'endpoint-controller';
const managedBy = 'endpoints.kubernetes.io/managed-by';
const headless = 'service.kubernetes.io/headless';
const overCapacity = 'endpoints.kubernetes.io/over-capacity';
/** Addresses that an Endpoints object holds; the rest is only in slices. */
const maxAddresses = 1_000;

type Subset = NonNullable<Endpoints['subsets']>[number];
type Address = NonNullable<Subset['addresses']>[number];
type Port = NonNullable<Subset['ports']>[number];

/** Writes down which pods are behind each Service, in the older form. */
export const endpoint: Controller = { names: ['endpoints-controller', 'endpoint'], start: runEndpoints };

function runEndpoints(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(endpoints);
  const { event } = createEventRecorder({ client, clock, log, component: account });
  const behind = servicePods(informers);
  const known = informers.of(endpoints);
  const reconcile = async (key: string): Promise<void> => {
    const [namespace, name] = splitKey(key);
    const service = behind.services.get(namespace, name);
    const current = known.get(namespace, name);
    if (!service) {
      if (current?.metadata.labels?.[managedBy] === account) await removeLeft(current);
      return;
    }
    if (service.spec?.type === 'ExternalName' || !service.spec?.selector) return;
    if (service.metadata.deletionTimestamp !== undefined) return;
    const next = endpointsOf(service, behind.podsOf(service), current);
    if (current && saysTheSame(current, next)) return;
    try {
      if (current) await objects.update({ ...current, ...next });
      else await objects.create(namespace, next);
    } catch (error) {
      if (isNamespaceTerminating(error)) return;
      const [reason, what] = current
        ? ['FailedToUpdateEndpoint', '']
        : ['FailedToCreateEndpoint', 'for service '];
      const verb = current ? 'update' : 'create';
      const message = `Failed to ${verb} endpoint ${what}${key}: ${(error as Error).message}`;
      event(endpoints, current ?? service, 'Warning', reason!, message);
      throw error;
    }
  };
  const removeLeft = async (left: Endpoints): Promise<void> => {
    try {
      await objects.delete(left, { preconditions: { uid: left.metadata.uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };
  const sources = [itself(behind.services), behind.source, itself(known)];
  return runLoop({ name: 'endpoints', sources, reconcile }, tools);
}

function endpointsOf(service: Service, behind: readonly Pod[], current: Endpoints | undefined) {
  const { subsets, isCut } = subsetsOf(service, behind);
  const { name, labels } = service.metadata;
  const annotations = { ...current?.metadata.annotations };
  delete annotations[overCapacity];
  if (isCut) annotations[overCapacity] = 'truncated';
  const own: Record<string, string> = { ...labels, [managedBy]: account };
  if (isHeadless(service)) own[headless] = '';
  else delete own[headless];
  return {
    metadata: {
      ...current?.metadata,
      name,
      labels: own,
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    } as Endpoints['metadata'],
    subsets,
  };
}

const saysTheSame = (current: Endpoints, next: Pick<Endpoints, 'metadata' | 'subsets'>): boolean =>
  jsonEqual(current.subsets ?? [], next.subsets) &&
  jsonEqual(current.metadata.labels, next.metadata.labels) &&
  current.metadata.annotations?.[overCapacity] === next.metadata.annotations?.[overCapacity];

interface Reached {
  readonly address: Address;
  readonly ready: boolean;
  readonly ports: readonly Port[];
}

/** Addresses by the ports on which they are reached, those that are ready apart. */
function subsetsOf(service: Service, behind: readonly Pod[]): { subsets: Subset[]; isCut: boolean } {
  const reached = behind.flatMap((pod) => reachedAt(service, pod) ?? []).sort(byReadinessAndAddress);
  const groups = new Map<string, { ports: readonly Port[]; ready: Address[]; others: Address[] }>();
  for (const { address, ready, ports } of reached.slice(0, maxAddresses)) {
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, ready: [], others: [] };
    groups.set(key, group);
    (ready ? group.ready : group.others).push(address);
  }
  const subsets = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([, { ports, ready, others }]): Subset => ({
        ...(ready.length > 0 ? { addresses: ready } : {}),
        ...(others.length > 0 ? { notReadyAddresses: others } : {}),
        ...(ports.length > 0 ? { ports: [...ports] } : {}),
      }),
    );
  return { subsets, isCut: reached.length > maxAddresses };
}

/** Those that are ready are the last to be left out. */
const byReadinessAndAddress = (a: Reached, b: Reached): number =>
  Number(b.ready) - Number(a.ready) || (a.address.ip < b.address.ip ? -1 : 1);

function reachedAt(service: Service, pod: Pod): Reached | undefined {
  const { publishNotReadyAddresses = false, ipFamilies, ports: servicePorts = [] } = service.spec ?? {};
  if (isFinished(pod) || (isTerminating(pod) && !publishNotReadyAddresses)) return undefined;
  const [ip] = addressesOf(pod, ipFamilies?.[0] === 'IPv6');
  if (ip === undefined) return undefined;
  const ports = servicePorts.flatMap((servicePort): Port[] => {
    const port = targetPort(pod, servicePort);
    if (port === undefined) return [];
    const { name, protocol = 'TCP', appProtocol } = servicePort;
    return [{ ...(name ? { name } : {}), port, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
  if (ports.length === 0 && !(servicePorts.length === 0 && isHeadless(service))) return undefined;
  const { namespace, name, uid } = pod.metadata;
  const hostname = hostnameBehind(pod, service);
  return {
    address: {
      ip,
      ...(hostname ? { hostname } : {}),
      ...(pod.spec?.nodeName ? { nodeName: pod.spec.nodeName } : {}),
      targetRef: { kind: 'Pod', namespace, name, uid },
    },
    ready: publishNotReadyAddresses || isReady(pod),
    ports,
  };
}
