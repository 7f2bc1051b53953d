import { formatTime, parseTime } from '../../apimachinery/clock.ts';
import type { Deployment, ReplicaSet } from '../../client/kinds.ts';
import { withCondition, withoutCondition } from '../conditions.ts';
import { sizesOf } from './replica-set.ts';
import { desiredOf, maxUnavailableOf } from './sizes.ts';

export type DeploymentStatus = NonNullable<Deployment['status']>;
type Condition = NonNullable<DeploymentStatus['conditions']>[number];

/** What is the newest ReplicaSet, and what are the others. */
export interface Sets {
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
}

/** Reasons of the condition `Progressing`. */
export const reasons = {
  created: 'NewReplicaSetCreated',
  found: 'FoundNewReplicaSet',
  createFailed: 'ReplicaSetCreateError',
  updated: 'ReplicaSetUpdated',
  available: 'NewReplicaSetAvailable',
  timedOut: 'ProgressDeadlineExceeded',
  paused: 'DeploymentPaused',
  resumed: 'DeploymentResumed',
} as const;

const noLimit = 2 ** 31 - 1;

/** Undefined when nobody asks how long progress takes. */
export function progressDeadlineMs({ spec }: Deployment): number | undefined {
  const seconds = spec?.progressDeadlineSeconds;
  return seconds === undefined || seconds === noLimit ? undefined : seconds * 1000;
}

/** How many old ReplicaSets are kept; undefined: all. */
export function historyLimitOf({ spec }: Deployment): number | undefined {
  const limit = spec?.revisionHistoryLimit;
  return limit === noLimit ? undefined : limit;
}

export const progressingOf = (status: DeploymentStatus | undefined): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Progressing');

const withConditions = (
  status: DeploymentStatus | undefined,
  conditions: readonly Condition[],
): DeploymentStatus => ({ ...status, conditions: [...conditions] });

/** The status with this condition, which says when it was last looked at. */
function conditioned(status: DeploymentStatus | undefined, next: Condition, nowMs: number): DeploymentStatus {
  const stamped = { ...next, lastUpdateTime: formatTime(nowMs) };
  return withConditions(status, withCondition(status?.conditions, stamped, nowMs));
}

/** A Deployment whose condition `Progressing` says this; as it was when nobody asks how long progress takes. */
export function saysProgress(
  deployment: Deployment,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  nowMs: number,
): Deployment {
  if (progressDeadlineMs(deployment) === undefined) return deployment;
  const next = { type: 'Progressing', status, reason, message };
  return { ...deployment, status: conditioned(deployment.status, next, nowMs) };
}

/** A rollout that is paused does not have to progress. What has timed out stays so. */
export function saysWhetherPaused(deployment: Deployment, nowMs: number): Deployment {
  const reason = progressingOf(deployment.status)?.reason;
  if (reason === reasons.timedOut) return deployment;
  const isPaused = deployment.spec?.paused === true;
  if (isPaused === (reason === reasons.paused)) return deployment;
  return isPaused
    ? saysProgress(deployment, 'Unknown', reasons.paused, 'Deployment is paused', nowMs)
    : saysProgress(deployment, 'Unknown', reasons.resumed, 'Deployment is resumed', nowMs);
}

const sum = (sets: readonly ReplicaSet[], count: (status: ReplicaSet['status']) => number | undefined) =>
  sets.reduce((total, { status }) => total + (count(status) ?? 0), 0);

/** Undefined when a ReplicaSet does not say how many pods are on their way out. */
function terminatingOf(sets: readonly ReplicaSet[]): number | undefined {
  const counted = sets.filter(({ status }) => status?.observedGeneration !== undefined);
  if (counted.some(({ status }) => status?.terminatingReplicas === undefined)) return undefined;
  return sum(sets, (status) => status?.terminatingReplicas);
}

/** Counts, and whether enough is available. */
export function countedStatus(
  deployment: Deployment,
  { newSet, oldSets }: Sets,
  nowMs: number,
): DeploymentStatus {
  const all = [...oldSets, ...(newSet ? [newSet] : [])];
  const { collisionCount, conditions } = deployment.status ?? {};
  const { generation } = deployment.metadata;
  const available = sum(all, (status) => status?.availableReplicas);
  const terminatingReplicas = terminatingOf(all);
  const status: DeploymentStatus = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    replicas: sum(all, (counts) => counts?.replicas),
    updatedReplicas: newSet?.status?.replicas ?? 0,
    readyReplicas: sum(all, (counts) => counts?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sizesOf(all) - available),
    ...(terminatingReplicas === undefined ? {} : { terminatingReplicas }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions ? { conditions } : {}),
  };
  const isEnough = available >= desiredOf(deployment) - maxUnavailableOf(deployment);
  const next = isEnough
    ? {
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  return conditioned(status, { type: 'Available', ...next }, nowMs);
}

/** Every pod is of the newest template and available, and there is no other. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const desired = desiredOf(deployment);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status ?? {};
  return (
    updatedReplicas === desired &&
    replicas === desired &&
    availableReplicas === desired &&
    observedGeneration >= (deployment.metadata.generation ?? 0)
  );
}

function hasProgressed({ status: before = {} }: Deployment, now: DeploymentStatus): boolean {
  const oldOf = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas;
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldOf(now) < oldOf(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasTimedOut(deployment: Deployment, nowMs: number): boolean {
  const condition = progressingOf(deployment.status);
  if (!condition || condition.reason === reasons.available) return false;
  if (condition.reason === reasons.timedOut) return true;
  return parseTime(condition.lastUpdateTime ?? '') + progressDeadlineMs(deployment)! < nowMs;
}

/** The status during a rollout: counts, whether it goes on, and why pods cannot be made. */
export function rolloutStatus(deployment: Deployment, sets: Sets, nowMs: number): DeploymentStatus {
  const counted = countedStatus(deployment, sets, nowMs);
  return withFailures(withProgress(deployment, counted, sets.newSet, nowMs), sets);
}

function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  newSet: ReplicaSet | undefined,
  nowMs: number,
): DeploymentStatus {
  if (progressDeadlineMs(deployment) === undefined) {
    return withConditions(status, withoutCondition(status.conditions, 'Progressing'));
  }
  const current = progressingOf(status);
  if (status.replicas === status.updatedReplicas && current?.reason === reasons.available) return status;
  const what = newSet
    ? `ReplicaSet ${JSON.stringify(newSet.metadata.name)}`
    : `Deployment ${JSON.stringify(deployment.metadata.name)}`;
  const say = (is: 'True' | 'False', reason: string, message: string) =>
    conditioned(status, { type: 'Progressing', status: is, reason, message: `${what} ${message}` }, nowMs);
  if (isComplete(deployment, status)) {
    return say('True', reasons.available, 'has successfully progressed.');
  }
  if (hasProgressed(deployment, status)) {
    // Said anew each time: the time of the last progress is what the deadline counts from.
    const others = withoutCondition(status.conditions, 'Progressing');
    const now = formatTime(nowMs);
    const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
    const next: Condition = {
      type: 'Progressing',
      status: 'True',
      reason: reasons.updated,
      message: `${what} is progressing.`,
      lastUpdateTime: now,
      lastTransitionTime: since ?? now,
    };
    return withConditions(status, [...others, next]);
  }
  if (hasTimedOut(deployment, nowMs)) return say('False', reasons.timedOut, 'has timed out progressing.');
  return status;
}

/** With what keeps a ReplicaSet, the newest before the others, from making or deleting pods. */
function withFailures(status: DeploymentStatus, { newSet, oldSets }: Sets): DeploymentStatus {
  const failure = [...(newSet ? [newSet] : []), ...oldSets]
    .flatMap((set) => set.status?.conditions ?? [])
    .find(({ type }) => type === 'ReplicaFailure');
  const others = withoutCondition(status.conditions, 'ReplicaFailure');
  if (!failure) return withConditions(status, others);
  const known = status.conditions?.find(({ type }) => type === 'ReplicaFailure');
  if (known && known.status === failure.status && known.reason === failure.reason) return status;
  const { lastTransitionTime } = failure;
  const next: Condition = {
    ...failure,
    ...(lastTransitionTime ? { lastUpdateTime: lastTransitionTime } : {}),
  };
  return withConditions(status, [...others, next]);
}

/** When to look whether the rollout has made no progress for too long; undefined when there is no need to. */
export function progressCheckInMs(
  deployment: Deployment,
  status: DeploymentStatus,
  nowMs: number,
): number | undefined {
  const deadlineMs = progressDeadlineMs(deployment);
  const condition = progressingOf(status);
  if (deadlineMs === undefined || !condition) return undefined;
  if (isComplete(deployment, status) || condition.reason === reasons.timedOut) return undefined;
  // Times in objects have no fractions of a second.
  return Math.max(0, parseTime(condition.lastUpdateTime ?? '') + deadlineMs - nowMs) + 1000;
}

/** Zero counts are left out of what a server answers; `terminatingReplicas` is not. */
export const withoutZeros = (status: DeploymentStatus | undefined): object =>
  Object.fromEntries(
    Object.entries(status ?? {}).filter(([field, value]) => value !== 0 || field === 'terminatingReplicas'),
  );
