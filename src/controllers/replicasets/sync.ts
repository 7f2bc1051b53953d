import type { LabelSelector } from '../../apimachinery/label-selector.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import { type Pod, pods } from '../../client/kinds.ts';
import { keyOf, type Namespaced, type Resource, splitKey } from '../../client/resource.ts';
import { claimed } from '../claim.ts';
import { type Condition, withCondition, withoutCondition } from '../conditions.ts';
import { podsToDelete } from '../deletion-order.ts';
import { controllersOf, itself, runLoop, source } from '../loop.ts';
import { byController, byNamespace, controllerOf } from '../owners.ts';
import { createPodControl } from '../pod-control.ts';
import { availableInMs, isActive, isReady, isTerminating } from '../pod-state.ts';
import { type PodTemplate, podFrom } from '../pod-template.ts';
import { slowStart } from '../slow-start.ts';
import type { ControllerTools, Running } from '../types.ts';

/** What ReplicaSets and ReplicationControllers have in common. */
export type ReplicaOwner = Namespaced<{
  readonly spec?: { readonly replicas?: number; readonly minReadySeconds?: number };
  readonly status?: ReplicaStatus;
}>;

export interface ReplicaStatus {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
}

/** How one of them differs from the other. */
export interface ReplicaKind<T extends ReplicaOwner> {
  readonly name: string;
  readonly account: string;
  readonly resource: Resource<T>;
  readonly selectorOf: (owner: T) => LabelSelector;
  readonly templateOf: (owner: T) => PodTemplate | undefined;
  /** Whether the status counts pods on their way out. */
  readonly countsTerminating: boolean;
}

/** Pods made or deleted in one go (kube-controller-manager's `BurstReplicas`). */
const burst = 500;

/** Keeps as many pods as each owner wants. */
export function runReplicas<T extends ReplicaOwner>(kind: ReplicaKind<T>, tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const { resource } = kind;
  const client = tools.clientAs(kind.account);
  const owners = client.of(resource);
  const podObjects = client.of(pods);
  const recorder = createEventRecorder({ client, clock, log, component: kind.account });
  const control = createPodControl(podObjects, recorder);
  const known = informers.of(resource);
  const knownPods = informers.of(pods);
  const podsOf = knownPods.index(byController);
  const orphansIn = knownPods.index(orphans);
  const ownersIn = known.index(byNamespace);
  const siblingsOf = known.index(byController);

  const reconcile = async (key: string): Promise<number | undefined> => {
    const owner = known.get(...splitKey(key));
    if (!owner) return undefined;
    const selector = kind.selectorOf(owner);
    const ofOwner = podsOf.get(owner.metadata.uid);
    const candidates = [...ofOwner, ...orphansIn.get(owner.metadata.namespace)].filter(isActive);
    const active = await claimed(candidates, {
      resource,
      owner,
      selector,
      freshOwner: () => owners.get(owner.metadata.namespace, owner.metadata.name),
      objects: podObjects,
    });
    const terminating = ofOwner.filter((pod) => isTerminating(pod) && matches(selector, pod));
    let failure: Error | undefined;
    if (owner.metadata.deletionTimestamp === undefined) {
      failure = await manage(owner, active).catch((error: Error) => error);
    }
    await writeStatus(owner, active, terminating.length, failure);
    if (failure) throw failure;
    return nextAvailableInMs(owner, active, clock.now());
  };

  const manage = async (owner: T, active: readonly Pod[]): Promise<undefined> => {
    const surplus = active.length - (owner.spec?.replicas ?? 1);
    const count = Math.min(Math.abs(surplus), burst);
    const template = kind.templateOf(owner);
    if (surplus < 0 && template) {
      const draft = podFrom(template, resource, owner);
      await slowStart(count, () => control.create(resource, owner, draft));
    }
    if (surplus > 0) {
      const doomed = podsToDelete(active, relatedPods(owner), count, clock.now());
      await all(doomed.map((pod) => control.delete(resource, owner, pod)));
    }
  };

  /** Pods of all owners that have the same controller as this one. */
  const relatedPods = (owner: T): readonly Pod[] => {
    const controller = controllerOf(owner);
    const siblings = controller ? siblingsOf.get(controller.uid) : [owner];
    return siblings.flatMap(({ metadata }) => podsOf.get(metadata.uid)).filter(isActive);
  };

  const writeStatus = async (owner: T, active: readonly Pod[], terminating: number, failure?: Error) => {
    const status = statusOf(kind, owner, active, terminating, failure, clock.now());
    if (jsonEqual(withoutZeros(owner.status), withoutZeros(status))) return;
    await owners.updateStatus({ ...owner, status });
  };

  const sources = [
    itself(known),
    controllersOf(knownPods, resource.kind),
    // An orphan is for whoever selects it.
    source(knownPods, (pod) =>
      pod === undefined || controllerOf(pod) ? [] : adopters(pod, ownersIn.get(pod.metadata.namespace), kind),
    ),
  ];
  return runLoop({ name: kind.name, sources, reconcile }, tools);
}

/** For an index: pods without a controller, by namespace. */
const orphans = (pod: Pod): readonly string[] => (controllerOf(pod) ? [] : [pod.metadata.namespace]);

const matches = (selector: LabelSelector, { metadata }: Pod): boolean =>
  selector.matches(metadata.labels ?? {});

const adopters = <T extends ReplicaOwner>(pod: Pod, owners: readonly T[], { selectorOf }: ReplicaKind<T>) =>
  owners.filter((owner) => matches(selectorOf(owner), pod)).map(keyOf);

/** Waits for all, and then rejects with the first failure. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Zero counts are left out of what a server answers. */
const withoutZeros = (status: ReplicaStatus | undefined): object =>
  Object.fromEntries(
    Object.entries(status ?? {}).filter(([field, value]) => value !== 0 || field === 'terminatingReplicas'),
  );

function statusOf<T extends ReplicaOwner>(
  kind: ReplicaKind<T>,
  owner: T,
  active: readonly Pod[],
  terminating: number,
  failure: Error | undefined,
  nowMs: number,
): ReplicaStatus {
  const labels = Object.entries(kind.templateOf(owner)?.metadata?.labels ?? {});
  const isLabeled = ({ metadata }: Pod) => labels.every(([name, value]) => metadata.labels?.[name] === value);
  const minReadySeconds = owner.spec?.minReadySeconds ?? 0;
  const isAvailable = (pod: Pod) => (availableInMs(pod, minReadySeconds, nowMs) ?? 1) <= 0;
  const reason = active.length < (owner.spec?.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete';
  const conditions = failure
    ? withCondition(
        owner.status?.conditions,
        { type: 'ReplicaFailure', status: 'True', reason, message: failure.message },
        nowMs,
      )
    : withoutCondition(owner.status?.conditions, 'ReplicaFailure');
  return {
    ...owner.status,
    replicas: active.length,
    fullyLabeledReplicas: active.filter(isLabeled).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter(isAvailable).length,
    ...(kind.countsTerminating ? { terminatingReplicas: terminating } : {}),
    ...(owner.metadata.generation === undefined ? {} : { observedGeneration: owner.metadata.generation }),
    ...(conditions.length > 0 || owner.status?.conditions ? { conditions } : {}),
  };
}

/** When the next pod that is ready will have been so for long enough. */
function nextAvailableInMs(
  { spec }: ReplicaOwner,
  active: readonly Pod[],
  nowMs: number,
): number | undefined {
  const waits = active
    .map((pod) => availableInMs(pod, spec?.minReadySeconds ?? 0, nowMs))
    .filter((wait) => wait !== undefined && wait > 0);
  return waits.length === 0 ? undefined : Math.min(...(waits as number[]));
}
