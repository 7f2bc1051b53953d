import type { Request } from './request.ts';

/** Requests by what they asked for, counted and timed. */
export interface RequestTally {
  /** Once per request, when its answer is complete. `seconds` is how long that took. */
  add(request: Request, seconds: number): void;
  /** Prometheus text exposition of what has been added so far. */
  text(): string;
}

const counterName = 'apiserver_request_total';
const histogramName = 'apiserver_request_duration_seconds';
const upperBoundsSeconds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
/** Requests that last by design are counted, but their duration says nothing. */
const longRunning = new Set(['watch', 'connect']);
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

/** What tells requests apart; everything but the verb is '' when the path names nothing that is served. */
interface Labels {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly scope: string;
}

/** What is known of all requests with the same labels. */
interface Series {
  readonly of: Labels;
  /** As they stand in the exposition, without braces. */
  readonly labels: string;
  readonly byCode: Map<number, number>;
  /** Durations by the first upper bound that they do not exceed; one more for those beyond the last. */
  readonly buckets: number[];
  timed: number;
  sumSeconds: number;
}

/**
 * Kept by hand rather than with the metrics library, which sorts and joins the labels of every observation: that took
 * longer than everything else that the core does for a GET.
 */
export function createRequestTally(): RequestTally {
  /** By resource: that is nearly enough, and no key has to be put together for every request. */
  const byResource = new Map<string, Series[]>();
  const all: Series[] = [];
  const seriesOf = (request: Request): Series => {
    const resource = request.resolved ? request.info.resource : '';
    let some = byResource.get(resource);
    if (!some) byResource.set(resource, (some = []));
    let series = some.find(({ of }) => isOf(request, of));
    if (!series) {
      series = newSeries(labelsOf(request));
      some.push(series);
      all.push(series);
    }
    return series;
  };
  return {
    add(request, seconds) {
      const series = seriesOf(request);
      series.byCode.set(request.code, (series.byCode.get(request.code) ?? 0) + 1);
      if (longRunning.has(request.info.verb)) return;
      series.buckets[bucketOf(seconds)]!++;
      series.timed++;
      series.sumSeconds += seconds;
    },
    text: () => [...counterLines(all), ...histogramLines(all), ''].join('\n'),
  };
}

const newSeries = (of: Labels): Series => ({
  of,
  labels: textOf(of),
  byCode: new Map(),
  buckets: [...upperBoundsSeconds, 0].map(() => 0),
  timed: 0,
  sumSeconds: 0,
});

const scopeOf = ({ name, namespace }: Request['info']): string =>
  name !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster';

const verbOf = (verb: string): string => (knownVerbs.has(verb) ? verb : '');

function isOf({ info, resolved }: Request, of: Labels): boolean {
  if (!resolved) return of.version === '' && of.verb === verbOf(info.verb);
  return (
    of.verb === info.verb &&
    of.subresource === info.subresource &&
    of.scope === scopeOf(info) &&
    of.version === info.version &&
    of.group === info.group
  );
}

/** Only what the catalog knows becomes a label, so that nobody can grow the list by asking for names. */
function labelsOf({ info, resolved }: Request): Labels {
  const { verb, group, version, resource, subresource } = info;
  return resolved
    ? { verb, group, version, resource, subresource, scope: scopeOf(info) }
    : { verb: verbOf(verb), group: '', version: '', resource: '', subresource: '', scope: '' };
}

/** Names of the catalog need no escaping. */
function textOf({ verb, group, version, resource, subresource, scope }: Labels): string {
  const name = knownVerbs.has(verb) ? verb.toUpperCase() : 'OTHER';
  return `verb="${name}",group="${group}",version="${version}",resource="${resource}",subresource="${subresource}",scope="${scope}"`;
}

function bucketOf(seconds: number): number {
  let bucket = 0;
  while (bucket < upperBoundsSeconds.length && seconds > upperBoundsSeconds[bucket]!) bucket++;
  return bucket;
}

function* counterLines(all: Iterable<Series>): Iterable<string> {
  yield `# HELP ${counterName} Requests by verb, resource and answer.`;
  yield `# TYPE ${counterName} counter`;
  for (const { labels, byCode } of all) {
    for (const [code, count] of byCode) yield `${counterName}{${labels},code="${code}"} ${count}`;
  }
}

function* histogramLines(all: Iterable<Series>): Iterable<string> {
  yield `# HELP ${histogramName} Time from the arrival of a request to the end of its answer, watches excluded.`;
  yield `# TYPE ${histogramName} histogram`;
  for (const { labels, buckets, timed, sumSeconds } of all) {
    if (timed === 0) continue;
    let below = 0;
    for (const [bucket, bound] of upperBoundsSeconds.entries()) {
      below += buckets[bucket]!;
      yield `${histogramName}_bucket{${labels},le="${bound}"} ${below}`;
    }
    yield `${histogramName}_bucket{${labels},le="+Inf"} ${timed}`;
    yield `${histogramName}_sum{${labels}} ${sumSeconds}`;
    yield `${histogramName}_count{${labels}} ${timed}`;
  }
}
