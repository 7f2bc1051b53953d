import type { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../apimachinery/clock.ts';
import type { Figure, HistogramFigure } from '../apimachinery/figure.ts';
import { histogramLines } from '../apimachinery/histogram.ts';
import type { Gauges } from './gauges.ts';
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
  /** Text exposition of flow control. */
  readonly flowControl: () => string;
  /** What other rooms keep. */
  readonly figures: readonly (Figure | HistogramFigure)[];
}

/** Counts that every request touches are plain numbers; the library is loaded, and reads them, when somebody looks. */
export function createMetrics(sources: MetricsSources): ApiMetrics {
  const { clock } = sources;
  const requests = createRequestTally();
  const counts = { inFlight: 0, watches: 0, watchEvents: 0 };
  let gauges: Promise<Gauges> | undefined;
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
      gauges ??= import('./gauges.ts').then(({ createGauges }) => createGauges(counts, sources));
      const { contentType, metrics } = await gauges;
      const histograms = sources.figures.filter((figure) => figure.type === 'histogram').map(histogramText);
      const text = requests.text() + sources.flowControl() + histograms.join('') + (await metrics());
      return { contentType, text };
    },
  };
}

/** By hand: the library only knows histograms that it has filled itself. */
function histogramText({ name, help, samples }: HistogramFigure): string {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const { labels, value } of samples()) {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    lines.push(...histogramLines(name, pairs.join(), value));
  }
  return lines.length > 2 ? `${lines.join('\n')}\n` : '';
}
