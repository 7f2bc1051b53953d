import type { IContainer, IContainerStatus } from 'kubernetes-models/v1';
import { formatTime } from '../../apimachinery/clock.ts';
import type { Pod } from '../../client/kinds.ts';
import type { ContainerKind } from './container.ts';
import { type Attempt, type ContainerRun, containersOf, lost, type PodRun } from './pod-run.ts';

type State = NonNullable<IContainerStatus['state']>;

/** The statuses of the containers of some kinds, in the order in which the kubelet gives them. */
export function containerStatuses(
  run: PodRun,
  pod: Pod,
  kinds: readonly ContainerKind[],
): readonly IContainerStatus[] {
  const statuses = containersOf(pod)
    .filter(([, kind]) => kinds.includes(kind))
    .map(([container, kind]) => statusOf(run, pod, container, kind));
  // Init containers stay in the order of the spec.
  return kinds.includes('init') ? statuses : statuses.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function statusOf(run: PodRun, pod: Pod, container: IContainer, kind: ContainerKind): IContainerStatus {
  const one = run.containers.get(container.name);
  const attempt = one?.current;
  const { state, lastState } = statesOf(one, run, (pod.spec?.initContainers?.length ?? 0) > 0);
  const resources = run.allocated.get(container.name);
  const amounts = resources?.requests ?? resources?.limits;
  return {
    name: container.name,
    state,
    lastState,
    ready: kind === 'init' ? attempt?.ended?.exitCode === 0 : (one?.ready ?? false),
    restartCount: one?.restarts ?? 0,
    image: container.image ?? '',
    imageID: attempt ? imageId(container.image ?? '') : '',
    ...(attempt?.id ? { containerID: attempt.id } : {}),
    started: one?.started ?? false,
    ...(attempt && resources?.requests ? { allocatedResources: resources.requests } : {}),
    ...(attempt && kind !== 'ephemeral' ? { resources: amounts ? pick(resources) : {} } : {}),
    ...(container.volumeMounts?.length ? { volumeMounts: container.volumeMounts.map(mountStatus) } : {}),
  };
}

const pick = (resources: IContainer['resources']) => ({
  ...(resources?.requests ? { requests: resources.requests } : {}),
  ...(resources?.limits ? { limits: resources.limits } : {}),
});

/** No image was pulled: the name is all there is. */
const imageId = (image: string): string => `simulated://${image}`;

const mountStatus = ({ name, mountPath, readOnly }: NonNullable<IContainer['volumeMounts']>[number]) => ({
  name,
  mountPath,
  ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
});

function statesOf(
  one: ContainerRun | undefined,
  run: PodRun,
  hasInit: boolean,
): { state: State; lastState: State } {
  const { current, previous, waiting } = one ?? {};
  if (current && !current.ended) {
    return { state: { running: { startedAt: formatTime(current.startedMs) } }, lastState: ended(previous) };
  }
  if (current && (!waiting || run.finished)) return { state: ended(current), lastState: ended(previous) };
  if (run.finished && one?.kind === 'main' && isInitialized(run)) {
    return { state: { terminated: neverRan }, lastState: {} };
  }
  const reason = waiting?.reason || (hasInit ? 'PodInitializing' : 'ContainerCreating');
  const message = waiting?.message ? { message: waiting.message } : {};
  return { state: { waiting: { reason, ...message } }, lastState: ended(current) };
}

const { exitCode, reason, message } = lost(0);
const neverRan = { exitCode, reason, message: message! };

const isInitialized = ({ containers }: PodRun): boolean =>
  [...containers.values()].every(({ kind, current }) => kind !== 'init' || current?.ended?.exitCode === 0);

function ended(attempt: Attempt | undefined): State {
  if (!attempt?.ended) return {};
  const { atMs, exitCode, reason, message } = attempt.ended;
  return {
    terminated: {
      exitCode,
      reason,
      ...(message ? { message } : {}),
      startedAt: formatTime(attempt.startedMs),
      finishedAt: formatTime(atMs),
      ...(attempt.id ? { containerID: attempt.id } : {}),
    },
  };
}
