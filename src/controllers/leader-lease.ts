import { type Clock, formatMicroTime, formatTime } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import { isRecord, jsonEqual, type KubeObject } from '../apimachinery/object.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Client } from '../client/client.ts';
import { isConflict, isNotFound } from '../client/failure.ts';

/** How long things take in an election; the three flags `--leader-elect-…` of kube-controller-manager. */
export interface ElectionTiming {
  /** How long others wait after the last renewal that they saw, before they take the lease. */
  readonly leaseDurationMs: number;
  /** How long after its last renewal a leader works on while it cannot renew. */
  readonly renewDeadlineMs: number;
  /** Between two attempts to get the lease or to renew it. */
  readonly retryPeriodMs: number;
}

export const defaultElectionTiming: ElectionTiming = Object.freeze({
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
});

export interface ElectionOptions {
  readonly api: Pick<Client, 'send'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Who is a candidate: differs from that of every other process, of an earlier run of this one too. */
  readonly identity: string;
  /** The Lease that is fought for. Made when there is none. */
  readonly lease: { readonly namespace: string; readonly name: string };
  /** Who reports events; `kube-controller-manager`. The name of the lease when absent. */
  readonly component?: string;
  readonly timing?: ElectionTiming;
}

/** The lease as this candidate knows it, and what it can do about it. */
export interface Office {
  /** Tries to get or to renew the lease, after the attempt before. Never rejects: what came of it is seen in the others. */
  attempt(): Promise<void>;
  /** How long the lease may still be relied on, in milliseconds; not above 0 when another holds it, or nobody. */
  heldForMs(): number;
  holder(): string;
  /** Gives the lease back when it is held. Never rejects. */
  release(): Promise<void>;
  /** Writes an event about the lease, without waiting. */
  report(what: string): void;
  /** Resolves when all events are written, or could not be. */
  reported(): Promise<void>;
}

interface Seen {
  readonly object: KubeObject;
  readonly spec: LeaseSpec;
  /** On the monotonic clock: when this spec was first known to be so. Other fields of the object do not count. */
  readonly atMs: number;
}

interface LeaseSpec {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly acquireTime: string | undefined;
  readonly renewTime: string | undefined;
  readonly leaseTransitions: number;
}

export function createOffice(options: ElectionOptions, timing: ElectionTiming): Office {
  const { api, clock, log, identity, lease } = options;
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${lease.namespace}/leases`;
  const path = `${collection}/${lease.name}`;
  let seen: Seen | undefined;
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  let busy: Promise<void> = Promise.resolve();
  let reports: Promise<void> = Promise.resolve();

  const isOwn = () => seen?.spec.holderIdentity === identity;
  // Not from when an own renewal was found in the lease: others may have seen it long before.
  const heldForMs = () => (isOwn() ? renewedAtMs + timing.renewDeadlineMs - clock.monotonicMs() : 0);
  const isOver = ({ spec, atMs }: Seen) =>
    spec.holderIdentity === '' || clock.monotonicMs() >= atMs + spec.leaseDurationSeconds * 1000;
  const look = async () => {
    const object = (await api.send('GET', path)) as KubeObject;
    const spec = specOf(object);
    const isOld = seen !== undefined && jsonEqual(seen.spec, spec);
    seen = { object, spec, atMs: isOld ? seen!.atMs : clock.monotonicMs() };
  };
  const write = async (method: string, to: string, body: object) => {
    const atMs = clock.monotonicMs();
    const object = (await api.send(method, to, body)) as KubeObject;
    seen = { object, spec: specOf(object), atMs };
    if (isOwn()) renewedAtMs = atMs;
  };
  const take = () => {
    const { object, spec } = seen!;
    return write('PUT', path, { ...object, spec: ownSpec(options, timing, spec) });
  };
  const once = async () => {
    // A leader knows the newest state as a rule.
    if (heldForMs() > 0 && (await succeeds(take))) return;
    try {
      await look();
    } catch (error) {
      if (!isNotFound(error)) throw error;
      seen = undefined;
      await write('POST', collection, { metadata: lease, spec: ownSpec(options, timing, undefined) });
      return;
    }
    if (isOwn() || isOver(seen!)) await take();
  };
  const giveBack = async () => {
    await look();
    if (isOwn()) await write('PUT', path, { ...seen!.object, spec: freeSpec(clock, seen!.spec) });
  };
  /** One after the other, whatever became of the one before. */
  const queued = (failure: string, act: () => Promise<void>) => {
    busy = busy.then(act).catch((error) => {
      // Somebody else was faster: no news, there are candidates.
      if (!isConflict(error)) log.warn(failure, { lease: path, error });
    });
    return busy;
  };
  return {
    attempt: () => queued('a lease could not be taken or renewed', once),
    heldForMs,
    holder: () => seen?.spec.holderIdentity ?? '',
    release: () => queued('a lease could not be given back', giveBack),
    report(what) {
      const event = eventOf(options, seen?.object, `${identity} ${what}`);
      const failed = (error: unknown) => log.debug('an event could not be written', { lease: path, error });
      reports = reports
        .then(() => api.send('POST', `/api/v1/namespaces/${lease.namespace}/events`, event))
        .then(() => {}, failed);
    },
    reported: () => reports,
  };
}

function ownSpec(
  { clock, identity }: ElectionOptions,
  { leaseDurationMs }: ElectionTiming,
  old: LeaseSpec | undefined,
): LeaseSpec {
  const now = formatMicroTime(clock.now());
  const goesOn = old?.holderIdentity === identity;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
    acquireTime: goesOn ? (old.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: old === undefined ? 0 : old.leaseTransitions + (goesOn ? 0 : 1),
  };
}

function freeSpec(clock: Clock, { leaseTransitions }: LeaseSpec): LeaseSpec {
  const now = formatMicroTime(clock.now());
  return { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now, leaseTransitions };
}

function specOf(object: KubeObject): LeaseSpec {
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const count = (value: unknown) => (typeof value === 'number' ? value : 0);
  return {
    holderIdentity: text(spec['holderIdentity']) ?? '',
    leaseDurationSeconds: count(spec['leaseDurationSeconds']),
    acquireTime: text(spec['acquireTime']),
    renewTime: text(spec['renewTime']),
    leaseTransitions: count(spec['leaseTransitions']),
  };
}

/** As client-go's event recorder writes it. */
function eventOf(options: ElectionOptions, subject: KubeObject | undefined, message: string): object {
  const { clock, random, lease, component = lease.name } = options;
  const nowMs = clock.now();
  const nanoseconds = BigInt(Math.floor(nowMs)) * 1_000_000n + BigInt(random.int(1_000_000));
  const { uid, resourceVersion } = subject?.metadata ?? {};
  return {
    metadata: { name: `${lease.name}.${nanoseconds.toString(16)}`, namespace: lease.namespace },
    involvedObject: { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', ...lease, uid, resourceVersion },
    reason: 'LeaderElection',
    message,
    type: 'Normal',
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    count: 1,
    firstTimestamp: formatTime(nowMs),
    lastTimestamp: formatTime(nowMs),
  };
}

/** False when it was refused or failed; what is so then has to be looked at. */
const succeeds = (act: () => Promise<void>): Promise<boolean> =>
  act().then(
    () => true,
    () => false,
  );
