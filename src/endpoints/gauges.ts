import { Counter, Gauge, Registry as PrometheusRegistry } from 'prom-client';
import type { Figure } from '../apimachinery/figure.ts';
import type { MetricsSources } from './metrics.ts';

/** What the server counts while it works. */
export interface Counts {
  readonly inFlight: number;
  readonly watches: number;
  /** Since the start. */
  readonly watchEvents: number;
}

/** A page of figures, read when it is asked for. */
export interface Gauges {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** The figures as Prometheus wants them. Of all that the server has, only this loads the metrics library. */
export function createGauges(counts: Counts, sources: MetricsSources): Gauges {
  const registry = new PrometheusRegistry();
  addCounts(counts, [registry]);
  addSources(sources, [registry]);
  for (const figure of sources.figures) if (figure.type !== 'histogram') addFigure(figure, [registry]);
  return { contentType: registry.contentType, metrics: () => registry.metrics() };
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

function addFigure({ name, help, type, labelNames, samples }: Figure, registers: PrometheusRegistry[]): void {
  const options = { name, help, labelNames: [...labelNames], registers };
  if (type === 'gauge') {
    new Gauge({
      ...options,
      collect() {
        this.reset();
        for (const { labels, value } of samples()) this.set(labels, value);
      },
    });
    return;
  }
  new Counter({
    ...options,
    collect() {
      this.reset();
      for (const { labels, value } of samples()) this.inc(labels, value);
    },
  });
}
