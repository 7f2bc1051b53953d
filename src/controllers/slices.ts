import type { IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1';
import { jsonEqual } from '../apimachinery/object.ts';
import type { Draft, Objects } from '../client/client.ts';
import { isNamespaceTerminating, isNotFound } from '../client/failure.ts';
import type { EndpointSlice } from '../client/kinds.ts';

export type Endpoint = NonNullable<IEndpointSlice['endpoints']>[number];
export type EndpointPort = NonNullable<IEndpointSlice['ports']>[number];
export type AddressType = IEndpointSlice['addressType'];

/** Endpoints that are reached by the same ports and have addresses of one family: they may share slices. */
export interface SliceGroup {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface SlicePlan {
  readonly create: readonly Draft<EndpointSlice>[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

/** Endpoints in a slice (`--max-endpoints-per-slice`). */
const maxEndpoints = 100;

export const groupKey = ({ addressType, ports }: Pick<SliceGroup, 'addressType' | 'ports'>): string =>
  `${addressType} ${ports
    .map(({ name = '', port, protocol = 'TCP', appProtocol = '' }) =>
      [name, port, protocol, appProtocol].join(':'),
    )
    .sort()
    .join(' ')}`;

/** An endpoint stays what it is when its readiness changes. */
const identityOf = ({ addresses, targetRef, hostname = '', nodeName = '' }: Endpoint): string =>
  [[...addresses].sort().join(','), targetRef?.uid ?? targetRef?.name ?? '', hostname, nodeName].join(' ');

/** What a slice says of itself besides its endpoints. */
export interface SliceMeta {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Beginning of the names of new slices. */
  readonly prefix: string;
  readonly owner: object;
}

/**
 * How slices have to change so that they hold the endpoints of these groups: every endpoint stays in its slice, what is new goes
 * into slices that change anyway, then into one with room for it, and then into new ones.
 */
export function planSlices(
  groups: readonly SliceGroup[],
  existing: readonly EndpointSlice[],
  meta: SliceMeta,
): SlicePlan {
  const bySlices = new Map<string, EndpointSlice[]>();
  for (const slice of [...existing].sort(byAge)) {
    const key = groupKey({ addressType: slice.addressType, ports: slice.ports ?? [] });
    bySlices.set(key, [...(bySlices.get(key) ?? []), slice]);
  }
  const create: Draft<EndpointSlice>[] = [];
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  for (const group of groups) {
    const key = groupKey(group);
    const planned = planGroup(group, bySlices.get(key) ?? [], meta);
    bySlices.delete(key);
    create.push(...planned.create);
    update.push(...planned.update);
    remove.push(...planned.remove);
  }
  for (const slices of bySlices.values()) remove.push(...slices);
  return { create, update, remove };
}

/** Two leaders that overlap must keep the same slices, or each makes anew what the other deletes for ever. */
function byAge({ metadata: one }: EndpointSlice, { metadata: other }: EndpointSlice): number {
  const age = ({ creationTimestamp, uid }: EndpointSlice['metadata']) => creationTimestamp + uid;
  return age(one) < age(other) ? -1 : 1;
}

interface Filled {
  readonly slice: EndpointSlice;
  readonly endpoints: Endpoint[];
  changes: boolean;
}

function planGroup(group: SliceGroup, existing: readonly EndpointSlice[], meta: SliceMeta): SlicePlan {
  const wanted = new Map(group.endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const filled = existing.map((slice): Filled => {
    const kept: Endpoint[] = [];
    for (const endpoint of slice.endpoints ?? []) {
      const next = wanted.get(identityOf(endpoint));
      if (!next) continue;
      kept.push(next);
      wanted.delete(identityOf(endpoint));
    }
    const same = jsonEqual(kept, slice.endpoints ?? []) && isLabeled(slice, meta);
    return { slice, endpoints: kept, changes: !same };
  });
  const rest = [...wanted.values()];
  // One that is empty says that there is nothing to be reached.
  const placeholder = group.endpoints.length === 0 ? filled[0] : undefined;
  const isEmpty = (one: Filled) => one.endpoints.length === 0 && one !== placeholder;
  const byRoom = filled.filter((one) => one.changes && !isEmpty(one)).sort(byLength);
  for (const one of byRoom) one.endpoints.push(...rest.splice(0, maxEndpoints - one.endpoints.length));
  const roomy = filled
    .filter((one) => !one.changes && one.endpoints.length + rest.length <= maxEndpoints)
    .sort(byLength)[0];
  if (rest.length > 0 && roomy) {
    roomy.endpoints.push(...rest.splice(0));
    roomy.changes = true;
  }
  const create: Draft<EndpointSlice>[] = [];
  while (rest.length > 0) create.push(sliceOf(group, rest.splice(0, maxEndpoints), meta));
  if (group.endpoints.length === 0 && existing.length === 0) create.push(sliceOf(group, [], meta));
  return {
    create,
    update: filled
      .filter((one) => one.changes && !isEmpty(one))
      .map(({ slice, endpoints }) => ({ ...slice, metadata: metadataOf(slice, meta), endpoints })),
    remove: filled.filter(isEmpty).map(({ slice }) => slice),
  };
}

/** The fullest first. */
const byLength = (a: Filled, b: Filled): number => b.endpoints.length - a.endpoints.length;

const isLabeled = ({ metadata }: EndpointSlice, { labels, annotations = {} }: SliceMeta): boolean =>
  jsonEqual(metadata.labels ?? {}, labels) &&
  Object.entries(annotations).every(([name, value]) => metadata.annotations?.[name] === value);

const metadataOf = ({ metadata }: EndpointSlice, { labels, annotations }: SliceMeta) => ({
  ...metadata,
  labels: { ...labels },
  ...(annotations ? { annotations: { ...metadata.annotations, ...annotations } } : {}),
});

const sliceOf = (
  { addressType, ports }: SliceGroup,
  endpoints: Endpoint[],
  meta: SliceMeta,
): Draft<EndpointSlice> => ({
  metadata: {
    generateName: `${meta.prefix}-`,
    labels: meta.labels,
    ...(meta.annotations ? { annotations: meta.annotations } : {}),
    ownerReferences: [meta.owner],
  },
  addressType,
  ports: [...ports],
  endpoints,
});

/** Writes a plan. Rejects when a part of it could not be written. */
export async function writeSlices(
  namespace: string,
  { create, update, remove }: SlicePlan,
  slices: Objects<EndpointSlice>,
): Promise<void> {
  // What is new comes first, so that no endpoint is missing in between.
  for (const draft of create) {
    try {
      await slices.create(namespace, draft);
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error;
    }
  }
  for (const slice of update) await slices.update(slice);
  for (const slice of remove) {
    try {
      await slices.delete(slice);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
