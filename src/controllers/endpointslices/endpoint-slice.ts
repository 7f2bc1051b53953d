import { createEventRecorder } from '../../client/event-recorder.ts';
import type { Informer } from '../../client/informer.ts';
import {
  type EndpointSlice,
  endpointSlices,
  type Node,
  nodes,
  type Pod,
  type Service,
  services,
} from '../../client/kinds.ts';
import { keyFor, splitKey } from '../../client/resource.ts';
import { itself, runLoop, source } from '../loop.ts';
import { controllerOf, controllerReference } from '../owners.ts';
import { isFinished, isReady, isTerminating } from '../pod-state.ts';
import { addressesOf, hostnameBehind, isHeadless, servicePods, targetPort } from '../service-pods.ts';
import {
  type AddressType,
  type Endpoint,
  type EndpointPort,
  groupKey,
  planSlices,
  type SliceGroup,
  writeSlices,
} from '../slices.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';

const account = 'endpointslice-controller';
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslice-controller.k8s.io';
const serviceName = 'kubernetes.io/service-name';
const headless = 'service.kubernetes.io/headless';
const reserved = [managedBy, serviceName, headless];
const zoneLabel = 'topology.kubernetes.io/zone';

/** Writes down, in slices, which pods are behind each Service. */
export const endpointSlice: Controller = {
  names: ['endpointslice-controller', 'endpointslice'],
  start: runEndpointSlices,
};

/** For an index: slices of this controller by their service. */
const byService = ({ metadata }: EndpointSlice): readonly string[] =>
  metadata.labels?.[managedBy] === manager
    ? [keyFor(metadata.namespace, metadata.labels[serviceName] ?? '')]
    : [];

function runEndpointSlices(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(endpointSlices);
  const { event } = createEventRecorder({ client, clock, log, component: account });
  const behind = servicePods(informers);
  const known = informers.of(endpointSlices);
  const slicesOf = known.index(byService);
  const knownNodes = informers.of(nodes);
  const reconcile = async (key: string): Promise<void> => {
    const service = behind.services.get(...splitKey(key));
    // Slices of a service that is gone go with it.
    if (!service || service.metadata.deletionTimestamp !== undefined) return;
    if (service.spec?.type === 'ExternalName' || !service.spec?.selector) return;
    const existing = slicesOf.get(key);
    const own = existing.filter((slice) => controllerOf(slice)?.uid === service.metadata.uid);
    const plan = planSlices(groupsOf(service, behind.podsOf(service), knownNodes), own, {
      labels: labelsOf(service),
      prefix: service.metadata.name,
      owner: controllerReference(services, service),
    });
    const strangers = existing.filter((slice) => !own.includes(slice));
    try {
      const all = { ...plan, remove: [...plan.remove, ...strangers] };
      await writeSlices(service.metadata.namespace, all, objects);
    } catch (error) {
      const message = `Error updating Endpoint Slices for Service ${key}: ${(error as Error).message}`;
      event(services, service, 'Warning', 'FailedToUpdateEndpointSlices', message);
      throw error;
    }
  };
  const sources = [
    itself(behind.services),
    behind.source,
    source(known, (after, before) => [before, after].flatMap((slice) => (slice ? byService(slice) : []))),
    source(knownNodes, (after, before) =>
      after?.metadata.labels?.[zoneLabel] === before?.metadata.labels?.[zoneLabel] && after && before
        ? []
        : servicesOn((after ?? before)!),
    ),
  ];
  const podsOn = behind.pods.index(byNode);
  const servicesOn = (node: Node): readonly string[] => {
    const keys = new Set<string>();
    for (const pod of podsOn.get(node.metadata.name))
      for (const key of behind.source.keys(pod, undefined)) keys.add(key);
    return [...keys];
  };
  return runLoop({ name: 'endpointslice', sources, reconcile }, tools);
}

/** For an index: pods by their node. */
const byNode = ({ spec }: Pod): readonly string[] => (spec?.nodeName ? [spec.nodeName] : []);

const labelsOf = (service: Service): Record<string, string> => {
  const own = Object.entries(service.metadata.labels ?? {}).filter(([name]) => !reserved.includes(name));
  return {
    ...Object.fromEntries(own),
    ...(isHeadless(service) ? { [headless]: '' } : {}),
    [serviceName]: service.metadata.name,
    [managedBy]: manager,
  };
};

/** One group for each family of the service and each set of ports that its pods have. */
function groupsOf(
  service: Service,
  behind: readonly Pod[],
  knownNodes: Informer<Node>,
): readonly SliceGroup[] {
  const families = service.spec?.ipFamilies ?? ['IPv4'];
  const candidates = behind.filter((pod) => !isFinished(pod));
  return families.flatMap((family) => {
    const addressType = family as AddressType;
    const groups = new Map<string, SliceGroup & { readonly endpoints: Endpoint[] }>();
    for (const pod of candidates) {
      const addresses = addressesOf(pod, family === 'IPv6');
      if (addresses.length === 0) continue;
      const node = knownNodes.get('', pod.spec?.nodeName ?? '');
      if (!node && !service.spec?.publishNotReadyAddresses) continue;
      const ports = portsOf(service, pod);
      const key = groupKey({ addressType, ports });
      const group = groups.get(key) ?? { addressType, ports, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(endpointOf(pod, node, service, addresses));
    }
    // Nothing to be reached is something to say, too.
    return groups.size > 0 ? [...groups.values()] : [{ addressType, ports: [], endpoints: [] }];
  });
}

function portsOf({ spec }: Service, pod: Pod): EndpointPort[] {
  return (spec?.ports ?? []).flatMap((servicePort) => {
    const port = targetPort(pod, servicePort);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

function endpointOf(
  pod: Pod,
  node: Node | undefined,
  service: Service,
  addresses: readonly string[],
): Endpoint {
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const { namespace, name, uid } = pod.metadata;
  const hostname = hostnameBehind(pod, service);
  const zone = node?.metadata.labels?.[zoneLabel];
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  return {
    addresses: [...addresses],
    conditions: { ready, serving, terminating },
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(pod.spec?.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
    ...(hostname ? { hostname } : {}),
  };
}
