import { canonicalIP } from '../../apimachinery/ip.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import {
  type EndpointSlice,
  type Endpoints,
  endpointSlices,
  endpoints,
  services,
} from '../../client/kinds.ts';
import { keyFor, splitKey } from '../../client/resource.ts';
import { itself, runLoop, source } from '../loop.ts';
import { controllerReference } from '../owners.ts';
import {
  type AddressType,
  type Endpoint,
  groupKey,
  planSlices,
  type SliceGroup,
  writeSlices,
} from '../slices.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';

const account = 'endpointslicemirroring-controller';
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const manager = 'endpointslicemirroring-controller.k8s.io';
const serviceName = 'kubernetes.io/service-name';
const skipMirror = 'endpointslice.kubernetes.io/skip-mirror';
const leaderElection = 'control-plane.alpha.kubernetes.io/leader';
const notCopied = [
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
];
/** Addresses of one subset that are mirrored (`--mirroring-max-endpoints-per-subset`). */
const maxAddresses = 1_000;

/** Writes slices for Endpoints that users keep themselves, of Services without a selector. */
export const mirroring: Controller = {
  names: ['endpointslice-mirroring-controller', 'endpointslicemirroring'],
  start: runMirroring,
};

/** For an index: slices of this controller by their service. */
const byService = ({ metadata }: EndpointSlice): readonly string[] =>
  metadata.labels?.[managedBy] === manager
    ? [keyFor(metadata.namespace, metadata.labels[serviceName] ?? '')]
    : [];

function runMirroring(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(endpointSlices);
  const { event } = createEventRecorder({ client, clock, log, component: account });
  const knownServices = informers.of(services);
  const known = informers.of(endpoints);
  const knownSlices = informers.of(endpointSlices);
  const slicesOf = knownSlices.index(byService);
  const reconcile = async (key: string): Promise<void> => {
    const [namespace, name] = splitKey(key);
    const current = known.get(namespace, name);
    const service = knownServices.get(namespace, name);
    const existing = slicesOf.get(key);
    if (!current || !service || service.spec?.selector || !isMirrored(current)) {
      await writeSlices(namespace, { create: [], update: [], remove: existing }, objects);
      return;
    }
    const { groups, invalid, skipped } = groupsOf(current);
    if (invalid > 0) {
      const message = `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`;
      event(endpoints, current, 'Warning', 'InvalidIPAddress', message);
    }
    if (skipped > 0) {
      const message = `A max of ${maxAddresses} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`;
      event(endpoints, current, 'Warning', 'TooManyAddressesToMirror', message);
    }
    const { labels, annotations = {} } = current.metadata;
    const kept = Object.entries(annotations).filter(([annotation]) => !notCopied.includes(annotation));
    const meta = {
      labels: { ...labels, [serviceName]: name, [managedBy]: manager },
      ...(kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {}),
      prefix: name,
      owner: controllerReference(endpoints, current),
    };
    await writeSlices(namespace, planSlices(groups, existing, meta), objects);
  };
  const sources = [
    itself(known),
    itself(knownServices),
    source(knownSlices, (after, before) =>
      [before, after].flatMap((slice) => (slice ? byService(slice) : [])),
    ),
  ];
  return runLoop({ name: 'endpointslicemirroring', sources, reconcile }, tools);
}

const isMirrored = ({ metadata }: Endpoints): boolean =>
  metadata.labels?.[skipMirror] !== 'true' && metadata.annotations?.[leaderElection] === undefined;

function groupsOf({ subsets = [] }: Endpoints) {
  const groups = new Map<string, SliceGroup & { readonly endpoints: Endpoint[] }>();
  let [invalid, skipped] = [0, 0];
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const slicePorts = ports.map(({ name = '', ...port }) => ({ name, ...port }));
    const all = [
      ...addresses.map((address) => ({ address, ready: true })),
      ...notReadyAddresses.map((address) => ({ address, ready: false })),
    ];
    skipped += Math.max(all.length - maxAddresses, 0);
    for (const { address, ready } of all.slice(0, maxAddresses)) {
      const ip = canonicalIP(address.ip);
      if (ip === undefined) {
        invalid++;
        continue;
      }
      const addressType: AddressType = ip.includes(':') ? 'IPv6' : 'IPv4';
      const key = groupKey({ addressType, ports: slicePorts });
      const group = groups.get(key) ?? { addressType, ports: slicePorts, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push({
        addresses: [ip],
        conditions: { ready },
        ...(address.targetRef ? { targetRef: address.targetRef } : {}),
        ...(address.nodeName ? { nodeName: address.nodeName } : {}),
        ...(address.hostname ? { hostname: address.hostname } : {}),
      });
    }
  }
  return { groups: [...groups.values()], invalid, skipped };
}
