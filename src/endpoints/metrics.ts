import type { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry as PrometheusRegistry } from 'prom-client';
import type { Clock } from '../apimachinery/clock.ts';
import type { Request } from './request.ts';
import { createRequestTally } from './request-tally.ts';

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
  /** The `resolution` that `eventLoopDelay` was made with. */
  readonly eventLoopResolutionMs: number;
}

/** Counts that every request touches are plain numbers; the library reads them when somebody looks. */
export function createMetrics(sources: MetricsSources): ApiMetrics {
  const { clock } = sources;
  const registry = new PrometheusRegistry();
  const requests = createRequestTally();
  const counts = { inFlight: 0, watches: 0, watchEvents: 0 };
  addCounts(counts, [registry]);
  addSources(sources, [registry]);
  return {
    started() {
      counts.inFlight++;
    },
    finished(request) {
      counts.inFlight--;
      requests.add(request, (clock.monotonicMs() - request.startMs) / 1000);
    },
    watchStarted() {
      counts.watches++;
    },
    watchEnded() {
      counts.watches--;
    },
    watchEventsSent(count) {
      counts.watchEvents += count;
    },
    async render() {
      return { contentType: registry.contentType, text: requests.text() + (await registry.metrics()) };
    },
  };
}

interface Counts {
  readonly inFlight: number;
  readonly watches: number;
  /** Since the start. */
  readonly watchEvents: number;
}

function addCounts(counts: Counts, registers: PrometheusRegistry[]): void {
  new Gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Requests that are being answered now.',
    registers,
    collect() {
      this.set(counts.inFlight);
    },
  });
  new Gauge({
    name: 'apiserver_longrunning_requests',
    help: 'Open watches.',
    labelNames: ['verb'],
    registers,
    collect() {
      this.set({ verb: 'WATCH' }, counts.watches);
    },
  });
  new Counter({
    name: 'apiserver_watch_events_total',
    help: 'Events sent to watchers.',
    registers,
    collect() {
      this.reset();
      this.inc(counts.watchEvents);
    },
  });
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
      const { eventLoopDelay, eventLoopResolutionMs } = sources;
      // The histogram holds the times between two looks, which are due after the resolution.
      const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - eventLoopResolutionMs / 1000);
      for (const percentile of [50, 99])
        this.set({ quantile: percentile / 100 }, seconds(eventLoopDelay.percentile(percentile)));
      this.set({ quantile: 1 }, seconds(eventLoopDelay.max));
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
