import type { Clock } from '../../apimachinery/clock.ts';
import type { GroupResource } from '../../apimachinery/gvk.ts';
import { isRecord } from '../../apimachinery/object.ts';
import { ApiError } from '../../apimachinery/status.ts';
import { aggregate, concerns } from '../request.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';
import { type Buckets, createBuckets } from './buckets.ts';

export type LimitType = 'Server' | 'Namespace' | 'User' | 'SourceAndObject';

export interface EventLimit {
  readonly type: LimitType;
  /** Events per second once the burst is used up. */
  readonly qps: number;
  /** Events at once. */
  readonly burst: number;
  /** Buckets that are remembered; of no meaning for `Server`. 0: the default. */
  readonly cacheSize?: number | undefined;
}

export interface EventRateLimitConfiguration {
  readonly limits: readonly EventLimit[];
}

const events: GroupResource = { group: '', resource: 'events' };
const defaultCacheSize = 4_096;

/** Keeps a storm of events from filling the store. */
export const eventRateLimit: AdmissionPluginFactory = ({ clock }, given) => {
  const { limits } = given as EventRateLimitConfiguration;
  const enforcers = limits.map((limit) => ({ limit, buckets: bucketsFor(limit, clock) }));
  return {
    name: 'EventRateLimit',
    validate: (request) => {
      if (!request.object || request.dryRun || !concerns(request, events)) return;
      // Every limit counts the event, also when another refuses it.
      const reached = enforcers.flatMap(({ limit: { type }, buckets }) => {
        const key = keys[type](request);
        return buckets.take(key) ? [] : [`limit reached on type ${type} for key ${key}`];
      });
      if (reached.length > 0) throw tooMany(aggregate(reached));
    },
  };
};

/** Without a time to wait: events are not worth a retry. */
const tooMany = (why: string): ApiError =>
  new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `Too many requests: ${why}`,
    reason: 'TooManyRequests',
    code: 429,
  });

const bucketsFor = ({ type, qps, burst, cacheSize }: EventLimit, clock: Clock): Buckets =>
  createBuckets(clock, { qps, burst, maxBuckets: type === 'Server' ? 1 : cacheSize || defaultCacheSize });

const keys: Readonly<Record<LimitType, (request: AdmissionRequest) => string>> = {
  Server: () => '',
  Namespace: ({ namespace }) => namespace,
  User: ({ user }) => user.name,
  SourceAndObject: ({ object = {} }) => {
    const { source, involvedObject } = object as Record<string, unknown>;
    const from = isRecord(source) ? source : {};
    const about = isRecord(involvedObject) ? involvedObject : {};
    return [
      from['component'],
      from['host'],
      about['kind'],
      about['namespace'],
      about['name'],
      about['uid'],
      about['apiVersion'],
    ].join('');
  },
};
