import { parseTime } from '../../apimachinery/clock.ts';
import { parseGoDuration } from '../../apimachinery/duration.ts';
import { parseQuantity, quantityMilli } from '../../apimachinery/quantity.ts';
import type { Client } from '../../client/client.ts';
import { ApiFailure } from '../../client/failure.ts';
import { versionsOf, whereServed } from './kinds-served.ts';
import { groupOf } from './scale-target.ts';

/** What was measured of a pod. */
export interface Sample {
  /** In thousandths. */
  readonly value: bigint;
  /** When, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Over how long. */
  readonly windowMs: number;
}

/** By the name of the pod. */
export type Samples = ReadonlyMap<string, Sample>;

/** A metric by its name, and the text of a selector of its own. */
export interface Metric {
  readonly name: string;
  readonly selector: string;
}

/** Metrics as whoever serves the metrics APIs tells them. Every call rejects with an Error in kube-controller-manager's words. */
export interface MetricsApis {
  /** Of the pods that `selector` selects; of one container of each when `container` is not ''. */
  resource(namespace: string, selector: string, resource: string, container: string): Promise<Samples>;
  pods(namespace: string, selector: string, metric: Metric): Promise<Samples>;
  /** In thousandths. */
  object(namespace: string, object: Described, metric: Metric): Promise<bigint>;
  /** In thousandths, each of them. */
  external(namespace: string, metric: Metric): Promise<readonly bigint[]>;
}

export interface Described {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

interface Items<T> {
  readonly items?: readonly T[] | null;
}

interface PodMetrics {
  readonly metadata: { readonly name: string };
  readonly timestamp?: string;
  readonly window?: string;
  readonly containers?: readonly {
    readonly name: string;
    readonly usage?: Readonly<Record<string, string>>;
  }[];
}

interface MetricValue {
  readonly describedObject?: { readonly name?: string };
  readonly timestamp?: string;
  readonly windowSeconds?: number;
  readonly value: string;
}

/** What a sample covers when nobody says it (`metricServerDefaultMetricWindow`). */
const defaultWindowMs = 60_000;
const customGroup = 'custom.metrics.k8s.io';
const customVersions = ['v1beta2', 'v1beta1'];

export const createMetricsApis = (client: Client): MetricsApis => ({
  async resource(namespace, selector, resource, container) {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    const items = await itemsAt<PodMetrics>(client, 'resource', 'pods.metrics.k8s.io', path, {
      labelSelector: selector,
    });
    return new Map(
      items.flatMap((item) => {
        const value = usageOf(item, resource, container);
        const windowMs = item.window === undefined ? 0 : parseGoDuration(item.window);
        return value === undefined ? [] : [[item.metadata.name, { value, atMs: timeOf(item), windowMs }]];
      }),
    );
  },
  async pods(namespace, selector, { name, selector: metricLabelSelector }) {
    const path = `${await customRoot(client)}/namespaces/${namespace}/pods/*/${encodeURIComponent(name)}`;
    const items = await itemsAt<MetricValue>(client, 'custom', `pods.${customGroup} *`, path, {
      labelSelector: selector,
      metricLabelSelector,
    });
    return new Map(
      items.map((item) => [
        item.describedObject?.name ?? '',
        {
          value: milliOf(item.value),
          atMs: timeOf(item),
          windowMs: item.windowSeconds === undefined ? defaultWindowMs : item.windowSeconds * 1000,
        },
      ]),
    );
  },
  async object(namespace, described, { name, selector: metricLabelSelector }) {
    const root = `${await customRoot(client)}/namespaces/${namespace}`;
    const { of, path } = await pathOf(client, described, namespace);
    const items = await itemsAt<MetricValue>(
      client,
      'custom',
      of,
      `${root}/${path}/${encodeURIComponent(name)}`,
      { metricLabelSelector },
      false,
    );
    if (items.length !== 1) {
      const what = `the custom metrics API server returned ${items.length} results when we asked for exactly one`;
      throw unavailable('custom', what);
    }
    return milliOf(items[0]!.value);
  },
  async external(namespace, { name, selector }) {
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${encodeURIComponent(name)}`;
    const items = await itemsAt<MetricValue>(client, 'external', `${name}.external.metrics.k8s.io`, path, {
      labelSelector: selector,
    });
    return items.map(({ value }) => milliOf(value));
  },
});

const unavailable = (api: string, message: string) =>
  new Error(`unable to fetch metrics from ${api} metrics API: ${message}`);

/** Items of a list; there is at least one, unless `some` is false. `of` is what is asked for, for messages. */
async function itemsAt<T>(
  client: Client,
  api: 'resource' | 'custom' | 'external',
  of: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
  some = true,
): Promise<readonly T[]> {
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  let answer: Items<T>;
  try {
    answer = (await client.send('GET', query === '' ? path : `${path}?${query}`)) as Items<T>;
  } catch (error) {
    throw unavailable(api, saidBy(error, of));
  }
  const items = answer.items ?? [];
  if (some && items.length === 0) throw new Error(`no metrics returned from ${api} metrics API`);
  return items;
}

/** Where no Status says why, client-go does. */
function saidBy(error: unknown, of: string): string {
  if (error instanceof ApiFailure && error.reason === '') {
    if (error.code === 404) return `the server could not find the requested resource (get ${of})`;
    if (error.code === 503) return `the server is currently unable to handle the request (get ${of})`;
  }
  return error instanceof Error ? error.message : String(error);
}

async function customRoot(client: Client): Promise<string> {
  const versions = await versionsOf(client, customGroup);
  if (versions.length === 0) {
    throw unavailable('custom', `no custom metrics API (${customGroup}) registered`);
  }
  const version = versions.find((name) => customVersions.includes(name));
  if (version === undefined) throw unavailable('custom', 'no known available metric versions found');
  return `/apis/${customGroup}/${version}`;
}

/** An object within its namespace. What is measured of a namespace is asked of the one that the autoscaler is in. */
async function pathOf(client: Client, { apiVersion = '', kind, name }: Described, namespace: string) {
  const group = groupOf(apiVersion);
  if (kind === 'Namespace' && group === '') {
    return { of: `namespaces.${customGroup} ${namespace}`, path: 'metrics' };
  }
  const [served] = await whereServed(client, group, kind).catch((error: Error) => {
    throw unavailable(
      'custom',
      `unable to map kind ${kind}${group && `.${group}`} to resource: ${error.message}`,
    );
  });
  const resource = group === '' ? served!.resource : `${served!.resource}.${group}`;
  return { of: `${resource}.${customGroup} ${name}`, path: `${resource}/${encodeURIComponent(name)}` };
}

const milliOf = (text: string): bigint => quantityMilli(parseQuantity(String(text)));

const timeOf = ({ timestamp }: { readonly timestamp?: string }): number =>
  timestamp === undefined ? 0 : parseTime(timestamp);

/** Undefined when not everything that is to be counted was measured. */
function usageOf({ containers = [] }: PodMetrics, resource: string, container: string): bigint | undefined {
  const counted = container === '' ? containers : containers.filter(({ name }) => name === container);
  let sum = 0n;
  for (const { usage } of counted) {
    const value = usage && Object.hasOwn(usage, resource) ? usage[resource] : undefined;
    if (value === undefined) return undefined;
    sum += milliOf(value);
  }
  return counted.length === 0 ? undefined : sum;
}
