import type { IContainerStatus, IPodCondition } from 'kubernetes-models/v1';
import { formatTime } from '../../apimachinery/clock.ts';
import type { Pod } from '../../client/kinds.ts';
import type { ContainerKind } from './container.ts';
import { containersOf } from './pod-run.ts';

/** A condition without its times. */
export type Finding = Pick<IPodCondition, 'type' | 'status' | 'reason' | 'message'>;

export interface ConditionFacts {
  readonly pod: Pod;
  readonly phase: string;
  /** Of all containers. */
  readonly statuses: readonly IContainerStatus[];
  readonly hasSandbox: boolean;
  /** About a resize that is under way. */
  readonly resize: readonly Finding[];
}

const own = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'PodResizePending',
  'PodResizeInProgress',
]);

const isTrue = (type: string): Finding => ({ type, status: 'True' });
const isFalse = (type: string, reason: string, message = ''): Finding => ({
  ...{ type, status: 'False', reason },
  ...(message === '' ? {} : { message }),
});

/** All conditions of a pod: the kubelet's (`status/generate.go`) after those of others, which stay. */
export function podConditions(facts: ConditionFacts, nowMs: number): readonly IPodCondition[] {
  const before = facts.pod.status?.conditions ?? [];
  const others = before.filter(({ type }) => !own.has(type ?? ''));
  const ready = containersReady(facts);
  const findings = [
    ...facts.resize,
    { type: 'PodReadyToStartContainers', status: facts.hasSandbox ? 'True' : 'False' },
    initialized(facts),
    podReady(facts, ready, others),
    ready,
    isTrue('PodScheduled'),
  ];
  const generation = facts.pod.metadata.generation;
  return [
    ...others,
    ...findings.map((finding) => {
      const known = before.find(({ type }) => type === finding.type);
      const since = known?.status === finding.status ? known?.lastTransitionTime : undefined;
      return {
        ...finding,
        ...(generation === undefined ? {} : { observedGeneration: generation }),
        // As servers answer it, so that nothing is written that is there already.
        lastProbeTime: null,
        lastTransitionTime: since ?? formatTime(nowMs),
      } as unknown as IPodCondition;
    }),
  ];
}

const names = (list: readonly string[]): string => `[${list.join(' ')}]`;

/** Go's print of lists of containers about which something is to be said. */
function sayings(pairs: readonly (readonly [string, readonly string[]])[]): string {
  return pairs
    .filter(([, list]) => list.length > 0)
    .map(([text, list]) => `containers with ${text} status: ${names(list)}`)
    .join(', ');
}

const ofKinds = (pod: Pod, kinds: readonly ContainerKind[]) =>
  containersOf(pod)
    .filter(([, kind]) => kinds.includes(kind))
    .map(([{ name }, kind]) => ({ name, kind }));

function containersReady({ pod, phase, statuses }: ConditionFacts): Finding {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return isFalse(type, 'PodCompleted');
  if (phase === 'Failed') return isFalse(type, 'PodFailed');
  const unready = ofKinds(pod, ['sidecar', 'main'])
    .filter(({ name }) => statuses.find((status) => status.name === name)?.ready !== true)
    .map(({ name }) => name);
  const message = sayings([['unready', unready]]);
  return message === '' ? isTrue(type) : isFalse(type, 'ContainersNotReady', message);
}

function podReady({ pod }: ConditionFacts, containers: Finding, others: readonly IPodCondition[]): Finding {
  if (containers.status !== 'True') return { ...containers, type: 'Ready' };
  const problems = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = others.find(({ type }) => type === conditionType);
    const gate = JSON.stringify(conditionType);
    if (!condition) return [`corresponding condition of pod readiness gate ${gate} does not exist.`];
    if (condition.status === 'True') return [];
    return [`the status of pod readiness gate ${gate} is not "True", but ${condition.status}`];
  });
  if (problems.length === 0) return isTrue('Ready');
  return isFalse('Ready', 'ReadinessGatesNotReady', problems.join(', '));
}

function initialized({ pod, phase, statuses }: ConditionFacts): Finding {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  const of = (name: string) => statuses.find((status) => status.name === name);
  const begun = ofKinds(pod, ['main']).some(({ name }) => {
    const status = of(name);
    return status?.state?.running || status?.state?.terminated || status?.lastState?.terminated;
  });
  if (begun) return isTrue(type);
  const incomplete = ofKinds(pod, ['init', 'sidecar'])
    .filter(({ name, kind }) => !(kind === 'sidecar' ? of(name)?.started : of(name)?.ready))
    .map(({ name }) => name);
  const message = sayings([['incomplete', incomplete]]);
  return message === '' ? isTrue(type) : isFalse(type, 'ContainersNotInitialized', message);
}
