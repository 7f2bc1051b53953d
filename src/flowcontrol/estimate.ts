import type { FlowInfo, WorkEstimate } from './types.ts';

/** How much there is of a resource. */
export interface ObjectCount {
  readonly objects: number;
  readonly averageBytes: number;
}

/** Undefined for a resource that is not stored here. `namespace` is '' for all. */
export type CountObjects = (group: string, resource: string, namespace: string) => ObjectCount | undefined;

export interface EstimateSources {
  readonly countObjects: CountObjects;
  /** Watches that a write of this kind has to be told to. */
  readonly interestedWatches: (info: FlowInfo) => number;
}

/** Seats that one request takes at most; a level with few seats allows fewer. */
export const maxSeats = 10;

const bytesPerSeat = 100_000;
/** A list from the cache is sent in pieces, so that no more than this is in hand at a time. */
const maxBytesAtOnce = 1_000_000;
const watchesPerSeat = 10;
/** Time that a write keeps a tenth of a seat busy for each watch. */
const eventMs = 5;

const seats = (initialSeats: number): WorkEstimate =>
  Object.freeze({ initialSeats, finalSeats: 0, additionalLatencyMs: 0 });

const bySeats: readonly WorkEstimate[] = Array.from({ length: maxSeats + 1 }, (_, count) => seats(count));
/** What nothing more is known of. */
export const oneSeat: WorkEstimate = bySeats[1]!;

const mutatingVerbs: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete']);

/**
 * What a request is expected to cost. Source: `request.NewWorkEstimator` with size-based estimates of lists, which are
 * the default since 1.34. `levelMaxSeats` is what its priority level allows, at least 1.
 */
export function estimateWork(sources: EstimateSources, info: FlowInfo, levelMaxSeats: number): WorkEstimate {
  const most = Math.min(maxSeats, levelMaxSeats);
  if (info.verb === 'list' || info.verb === 'watch') return estimateList(sources, info, most);
  return mutatingVerbs.has(info.verb) ? estimateWrite(sources, info, most) : oneSeat;
}

function estimateList({ countObjects }: EstimateSources, info: FlowInfo, most: number): WorkEstimate {
  const { query, group, resource, namespace, name } = info;
  if (name !== '') return oneSeat;
  if (info.verb === 'watch' && !sendsState(query)) return oneSeat;
  const count = countObjects(group, resource, namespace);
  if (!count) return oneSeat;
  const limit = Number(query.get('limit') ?? 0);
  const objects = limit > 0 ? Math.min(limit, count.objects) : count.objects;
  const bytes = Math.min(objects * count.averageBytes, maxBytesAtOnce);
  return bySeats[Math.min(Math.max(1, Math.ceil(bytes / bytesPerSeat)), most)]!;
}

/** Whether a watch begins with what there is. */
function sendsState(query: URLSearchParams): boolean {
  if (query.get('sendInitialEvents') === 'true') return true;
  const version = query.get('resourceVersion') ?? '';
  return version === '' || version === '0';
}

function estimateWrite({ interestedWatches }: EstimateSources, info: FlowInfo, most: number): WorkEstimate {
  // A token is written nowhere.
  if (info.resource === 'serviceaccounts' && info.subresource === 'token') return oneSeat;
  const watches = interestedWatches(info);
  if (watches < watchesPerSeat) return oneSeat;
  const wanted = Math.ceil(watches / watchesPerSeat);
  const finalSeats = Math.min(wanted, most);
  // The same work on fewer seats takes longer.
  return { initialSeats: 1, finalSeats, additionalLatencyMs: (wanted * eventMs) / finalSeats };
}
