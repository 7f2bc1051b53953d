import type { Clock } from '../../apimachinery/clock.ts';
import type { Figure, HistogramFigure, Sample } from '../../apimachinery/figure.ts';
import { type Histogram, newHistogram, observe } from '../../apimachinery/histogram.ts';
import type { Operation } from '../types.ts';
import { Denial, NoVerdict } from './errors.ts';
import type { Hook } from './hook.ts';

/** What is counted of the webhooks of one kind: the figures of the reference server (`pkg/admission/metrics`). */
export interface WebhookCounts {
  /** Counts a call, with what is done about its answer. What `call` throws is thrown on. */
  counted<T>(hook: Hook, operation: Operation, call: () => Promise<T>): Promise<T>;
  /** Conditions kept a request from a hook, or could not be evaluated. */
  conditions(hook: Hook, operation: Operation, found: 'excluded' | 'failed'): void;
  readonly figures: readonly (Figure | HistogramFigure)[];
}

const kinds = { mutating: 'admit', validating: 'validating' } as const;

const durationBounds = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];
/** Series of one figure. Webhooks come and go; what comes beyond it is not counted. */
const maxSeries = 1_000;
const highestCode = 600;

export function createWebhookCounts(
  { monotonicMs }: Pick<Clock, 'monotonicMs'>,
  kind: keyof typeof kinds,
): WebhookCounts {
  const type = kinds[kind];
  const durations = seriesOf<Histogram>(() => newHistogram(durationBounds));
  const requests = seriesOf<Count>(newCount);
  const rejections = seriesOf<Count>(newCount);
  const failuresOpen = seriesOf<Count>(newCount);
  const exclusions = seriesOf<Count>(newCount);
  const conditionErrors = seriesOf<Count>(newCount);

  const add = ({ name, failsOpen }: Hook, operation: Operation, seconds: number, error: unknown) => {
    const { code, errorType } = endOf(error);
    const failedOpen = errorType === 'calling_webhook_error' && failsOpen;
    const rejected = String(errorType !== undefined && !failedOpen);
    const duration = durations.at({ name, type, operation, rejected });
    if (duration) observe(duration, seconds);
    increment(requests.at({ name, type, operation, code, rejected }));
    if (failedOpen) increment(failuresOpen.at({ name, type }));
    else if (errorType)
      increment(rejections.at({ name, type, operation, error_type: errorType, rejection_code: code }));
  };

  return {
    async counted(hook, operation, call) {
      const startMs = monotonicMs();
      let failure: unknown;
      try {
        return await call();
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        add(hook, operation, (monotonicMs() - startMs) / 1000, failure);
      }
    },
    conditions({ name }, operation, found) {
      const labels = { name, kind: 'webhook', type: kind === 'mutating' ? 'admit' : 'validate', operation };
      increment((found === 'excluded' ? exclusions : conditionErrors).at(labels));
    },
    figures: [
      {
        name: 'apiserver_admission_webhook_admission_duration_seconds',
        help: 'Time that webhooks take, by name, operation and kind.',
        type: 'histogram',
        samples: durations.samples,
      },
      counter('webhook_request_total', 'Calls of webhooks by what came of them.', requests, [
        ...['name', 'type', 'operation', 'code', 'rejected'],
      ]),
      counter('webhook_rejection_count', 'Requests refused by webhooks, or because of them.', rejections, [
        ...['name', 'type', 'operation', 'error_type', 'rejection_code'],
      ]),
      counter('webhook_fail_open_count', 'Requests that went on although a webhook failed.', failuresOpen, [
        ...['name', 'type'],
      ]),
      counter(
        'match_condition_exclusions_total',
        'Requests that conditions kept from a webhook.',
        exclusions,
        [...['name', 'kind', 'type', 'operation']],
      ),
      counter('match_condition_evaluation_errors_total', 'Conditions that failed.', conditionErrors, [
        ...['name', 'kind', 'type', 'operation'],
      ]),
    ],
  };
}

type ErrorType = 'no_error' | 'calling_webhook_error' | 'apiserver_internal_error';

/** How a call ended; without an error type when the request was allowed. */
function endOf(error: unknown): { readonly code: string; readonly errorType?: ErrorType } {
  const bounded = (code: number) => String(Math.min(code, highestCode));
  if (error === undefined) return { code: '200' };
  if (error instanceof NoVerdict) return { code: bounded(error.code), errorType: 'calling_webhook_error' };
  if (error instanceof Denial) return { code: bounded(error.sentCode), errorType: 'no_error' };
  return { code: '0', errorType: 'apiserver_internal_error' };
}

interface Count {
  value: number;
}

const newCount = (): Count => ({ value: 0 });

function increment(count: Count | undefined): void {
  if (count) count.value++;
}

interface Series<V> {
  /** Undefined when there are too many. */
  at(labels: Readonly<Record<string, string>>): V | undefined;
  samples(): Iterable<Sample<V>>;
}

function seriesOf<V>(make: () => V): Series<V> {
  const all = new Map<string, Sample<V>>();
  return {
    at(labels) {
      const key = JSON.stringify(labels);
      let found = all.get(key);
      if (!found && all.size < maxSeries) all.set(key, (found = { labels, value: make() }));
      return found?.value;
    },
    samples: () => all.values(),
  };
}

const counter = (name: string, help: string, series: Series<Count>, labelNames: string[]): Figure => ({
  name: `apiserver_admission_${name}`,
  help,
  type: 'counter',
  labelNames,
  *samples() {
    for (const { labels, value } of series.samples()) yield { labels, value: value.value };
  },
});
