import type { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry as PrometheusRegistry } from 'prom-client';
import type { Clock } from '../apimachinery/clock.ts';
import type { Request } from './request.ts';

/** What the server counts about itself. Labels are bounded: names come from the catalog, never from a path. */
export interface ApiMetrics {
  started(request: Request): void;
  finished(request: Request): void;
  watchStarted(): void;
  watchEnded(): void;
  watchEventsSent(count: number): void;
  /** Prometheus text exposition, and its content type. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Figures that other rooms keep and that are read when somebody looks. */
export interface MetricsSources {
  readonly clock: Clock;
  readonly storeRevision: () => number;
  readonly storedObjects: () => ReadonlyMap<string, number>;
  readonly eventLoopDelay: ReturnType<typeof monitorEventLoopDelay>;
}

const durationBucketsSeconds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
/** Requests that last by design are counted, but their duration says nothing. */
const longRunning = new Set(['watch', 'connect']);

export function createMetrics(sources: MetricsSources): ApiMetrics {
  const { clock } = sources;
  const registers = [new PrometheusRegistry()];
  const labelNames = ['verb', 'group', 'version', 'resource', 'subresource', 'scope'] as const;
  const requests = new Counter({
    name: 'apiserver_request_total',
    help: 'Requests by verb, resource and answer.',
    labelNames: [...labelNames, 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer, watches excluded.',
    labelNames,
    buckets: durationBucketsSeconds,
    registers,
  });
  const inFlight = new Gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Requests that are being answered now.',
    registers,
  });
  const watches = new Gauge({
    name: 'apiserver_longrunning_requests',
    help: 'Open watches.',
    labelNames: ['verb'],
    registers,
  });
  const watchEvents = new Counter({
    name: 'apiserver_watch_events_total',
    help: 'Events sent to watchers.',
    registers,
  });
  addSources(sources, registers);
  return {
    started: () => inFlight.inc(),
    finished(request) {
      inFlight.dec();
      const labels = labelsOf(request);
      requests.inc({ ...labels, code: request.code });
      if (!longRunning.has(request.info.verb))
        durations.observe(labels, (clock.monotonicMs() - request.startMs) / 1000);
    },
    watchStarted: () => watches.inc({ verb: 'WATCH' }),
    watchEnded: () => watches.dec({ verb: 'WATCH' }),
    watchEventsSent: (count) => watchEvents.inc(count),
    async render() {
      const [registry] = registers as [PrometheusRegistry];
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

const knownVerbs = new Set([
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'post',
  'put',
]);

/** Only what the catalog knows becomes a label, so that nobody can grow the list by asking for names. */
function labelsOf({ info, resolved }: Request) {
  return {
    verb: knownVerbs.has(info.verb) ? info.verb.toUpperCase() : 'OTHER',
    group: resolved ? info.group : '',
    version: resolved ? info.version : '',
    resource: resolved ? info.resource : '',
    subresource: resolved ? info.subresource : '',
    scope: !resolved ? '' : info.name !== '' ? 'resource' : info.namespace !== '' ? 'namespace' : 'cluster',
  };
}

function addSources(sources: MetricsSources, registers: PrometheusRegistry[]): void {
  new Gauge({
    name: 'binnacle_store_revision',
    help: 'Newest revision of the store.',
    registers,
    collect() {
      this.set(sources.storeRevision());
    },
  });
  new Gauge({
    name: 'apiserver_resource_objects',
    help: 'Stored objects by resource.',
    labelNames: ['resource'],
    registers,
    collect() {
      for (const [resource, count] of sources.storedObjects()) this.set({ resource }, count);
    },
  });
  new Gauge({
    name: 'binnacle_event_loop_delay_seconds',
    help: 'Delay of the event loop since the last look.',
    labelNames: ['quantile'],
    registers,
    collect() {
      const { eventLoopDelay } = sources;
      for (const percentile of [50, 99])
        this.set({ quantile: percentile / 100 }, eventLoopDelay.percentile(percentile) / 1e9);
      this.set({ quantile: 1 }, eventLoopDelay.max / 1e9);
      eventLoopDelay.reset();
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory size in bytes.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
}
