import type { LabelSelector, LabelSelectorObject } from '../../apimachinery/label-selector.ts';
import { selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import {
  formatQuantity,
  parseQuantity,
  quantityMilli,
  quantityOfMilli,
} from '../../apimachinery/quantity.ts';
import type { HorizontalPodAutoscaler } from '../../client/kinds.ts';
import { goText } from './go-text.ts';
import type { Metric, MetricsApis } from './metrics-apis.ts';
import {
  replicasForAverage,
  replicasForShare,
  replicasForUtilization,
  replicasForValue,
  type Situation,
} from './replica-counts.ts';

export type MetricSpec = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number];
export type MetricStatus = NonNullable<
  NonNullable<HorizontalPodAutoscaler['status']>['currentMetrics']
>[number];

/** What a metric asks for. */
export interface Proposal {
  readonly replicas: number;
  /** As conditions and events call the metric. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** Why a metric asks for nothing. */
export interface Refusal {
  readonly reason: string;
  /** For the condition and an event of that reason. */
  readonly cause: string;
  /** The same from further away. */
  readonly message: string;
}

/** Where a metric is looked for. */
export interface MetricContext extends Situation {
  readonly apis: MetricsApis;
  readonly namespace: string;
  readonly selector: LabelSelector;
  /** As many as the scale's status tells. */
  readonly statusReplicas: number;
}

type Target = NonNullable<MetricSpec['resource']>['target'];
type Identifier = NonNullable<MetricSpec['pods']>['metric'];

/** Never rejects: what cannot be had is a refusal. */
export async function propose(spec: MetricSpec, context: MetricContext): Promise<Proposal | Refusal> {
  const source = Object.hasOwn(sources, spec.type) ? sources[spec.type as keyof typeof sources] : undefined;
  if (!source) {
    const message = `unknown metric source type ${JSON.stringify(spec.type)}`;
    return { reason: 'InvalidMetricSourceType', cause: message, message };
  }
  try {
    return await source.propose(spec, context);
  } catch (error) {
    const cause = error instanceof Error && typeof error.cause === 'string' ? error.cause : textOf(error);
    return {
      reason: source.reason,
      cause,
      message: `failed to get ${source.called(spec)}: ${textOf(error)}`,
    };
  }
}

export const isRefusal = (answer: Proposal | Refusal): answer is Refusal => 'reason' in answer;

interface Source {
  readonly reason: string;
  readonly called: (spec: MetricSpec) => string;
  readonly propose: (spec: MetricSpec, context: MetricContext) => Promise<Proposal>;
}

const sources = {
  Resource: {
    reason: 'FailedGetResourceMetric',
    called: ({ resource }) => `${resource!.name} resource metric value`,
    async propose({ resource }, context) {
      const { name, target } = resource!;
      const { current, ...proposal } = await forResource(name, '', target, context);
      return { ...proposal, status: { type: 'Resource', resource: { name, current } } };
    },
  },
  ContainerResource: {
    reason: 'FailedGetContainerResourceMetric',
    called: ({ containerResource }) => `${containerResource!.container} container metric value`,
    async propose({ containerResource }, context) {
      const { name, container, target } = containerResource!;
      const { current, ...proposal } = await forResource(name, container, target, context);
      const status = { name, container, current };
      return { ...proposal, status: { type: 'ContainerResource', containerResource: status } };
    },
  },
  Pods: {
    reason: 'FailedGetPodsMetric',
    called: () => 'pods metric value',
    async propose({ pods }, context) {
      const { metric, target } = pods!;
      const { apis, namespace, selector } = context;
      const samples = await within(
        `unable to get metric ${metric.name}`,
        apis.pods(namespace, selector.text, metricOf(metric)),
      );
      const goal = milli(target.averageValue);
      const { replicas, average } = replicasForAverage(samples, { resource: '', target: goal }, context);
      const status = { metric, current: { averageValue: quantity(average) } };
      return { replicas, name: `pods metric ${metric.name}`, status: { type: 'Pods', pods: status } };
    },
  },
  Object: {
    reason: 'FailedGetObjectMetric',
    called: () => 'object metric value',
    propose: forObject,
  },
  External: {
    reason: 'FailedGetExternalMetric',
    called: ({ external }) => `${external!.metric.name} external metric value`,
    propose: forExternal,
  },
} as const satisfies Record<string, Source>;

async function forResource(resource: string, container: string, target: Target, context: MetricContext) {
  const { apis, namespace, selector } = context;
  const whole = (share: bigint) =>
    formatQuantity(quantityOfMilli(share, resource === 'memory' ? 'BinarySI' : 'DecimalSI'));
  const samples = () =>
    within(
      `unable to get metrics for resource ${resource}`,
      apis.resource(namespace, selector.text, resource, container),
    );
  if (target.averageValue !== undefined) {
    const goal = milli(target.averageValue);
    const { replicas, average } = await within(
      `failed to get ${resource} usage`,
      samples().then((found) => replicasForAverage(found, { resource, target: goal }, context)),
    );
    return { replicas, name: `${resource} resource`, current: { averageValue: whole(average) } };
  }
  const { averageUtilization: goal } = target;
  if (goal === undefined) {
    throw new Error(
      'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set',
    );
  }
  const { replicas, utilization, average } = await within(
    `failed to get ${resource} utilization`,
    samples().then((found) => replicasForUtilization(found, { resource, container, target: goal }, context)),
  );
  return {
    replicas,
    name: `${resource} ${container === '' ? '' : 'container '}resource utilization (percentage of request)`,
    current: { averageUtilization: utilization, averageValue: whole(average) },
  };
}

async function forObject({ object }: MetricSpec, context: MetricContext): Promise<Proposal> {
  const { describedObject, metric, target } = object!;
  const { apis, namespace, statusReplicas, tolerances } = context;
  const usage = async () => {
    try {
      return await apis.object(namespace, describedObject, metricOf(metric));
    } catch (error) {
      // kube-controller-manager's words, in its order.
      const where = `${describedObject.kind} on ${namespace} ${describedObject.name}`;
      throw new Error(`unable to get metric ${metric.name}: ${where}/${textOf(error)}`);
    }
  };
  const status = (current: object): MetricStatus => ({
    type: 'Object',
    object: { describedObject, metric, current },
  });
  if (target.type === 'Value' && target.value !== undefined) {
    const value = await usage();
    return {
      replicas: replicasForValue(value, milli(target.value), context),
      name: `${describedObject.kind} metric ${metric.name}`,
      status: status({ value: quantity(value) }),
    };
  }
  if (target.type === 'AverageValue' && target.averageValue !== undefined) {
    const value = await outside(`failed to get ${metric.name} object metric`, usage());
    const goal = milli(target.averageValue);
    const { replicas, share } = replicasForShare(value, goal, statusReplicas, tolerances);
    const name = `external metric ${metric.name}(${goText(metric.selector)})`;
    return { replicas, name, status: status({ averageValue: quantity(share) }) };
  }
  throw new Error('invalid object metric source: neither a value target nor an average value target was set');
}

async function forExternal({ external }: MetricSpec, context: MetricContext): Promise<Proposal> {
  const { metric, target } = external!;
  const { apis, namespace, statusReplicas, tolerances } = context;
  const called = goText(metric.selector);
  const name = `external metric ${metric.name}(${called})`;
  const usage = async () => {
    const values = await within(
      `unable to get external metric ${namespace}/${metric.name}/${called}`,
      apis.external(namespace, metricOf(metric)),
    );
    return values.reduce((sum, value) => sum + value, 0n);
  };
  const status = (current: object): MetricStatus => ({ type: 'External', external: { metric, current } });
  if (target.averageValue !== undefined) {
    const value = await outside(`failed to get ${metric.name} external metric`, usage());
    const goal = milli(target.averageValue);
    const { replicas, share } = replicasForShare(value, goal, statusReplicas, tolerances);
    return { replicas, name, status: status({ averageValue: quantity(share) }) };
  }
  if (target.value !== undefined) {
    const goal = milli(target.value);
    const { replicas, value } = await outside(
      `failed to get external metric ${metric.name}`,
      usage().then((found) => ({ value: found, replicas: replicasForValue(found, goal, context) })),
    );
    return { replicas, name, status: status({ value: quantity(value) }) };
  }
  throw new Error(
    'invalid external metric source: neither a value target nor an average value target was set',
  );
}

const metricOf = ({ name, selector }: Identifier): Metric => ({
  name,
  selector: selectorFromLabelSelector(selector as LabelSelectorObject | undefined).text,
});

const milli = (text: string | number | undefined): bigint => quantityMilli(parseQuantity(String(text ?? 0)));
const quantity = (value: bigint): string => formatQuantity(quantityOfMilli(value));

/** The same, with what was being done before its message when it fails. */
async function within<T>(what: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw new Error(`${what}: ${textOf(error)}`);
  }
}

/** The same, but conditions do not say what was being done. */
async function outside<T>(what: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw new Error(`${what}: ${textOf(error)}`, { cause: textOf(error) });
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
