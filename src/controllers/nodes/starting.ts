import type { IContainer } from 'kubernetes-models/v1';
import { nextBackOff, waitsUntil } from './back-off.ts';
import type { ContainerKind, ContainerPlan, ContainerStart } from './container.ts';
import { notSimulated } from './not-simulated.ts';
import { type ContainerRun, newFailures } from './pod-run.ts';
import { restarts } from './restart.ts';
import { comeBack, fieldOf, podText, type Step } from './step.ts';

/** From a failed pull until the kubelet says that it waits; it says why first. */
const pullFailureShownMs = 1_000;

/** Makes a container run that does not and should. True when something has changed that others may wait for. */
export function ensureRunning(
  step: Step,
  one: ContainerRun,
  container: IContainer,
  kind: ContainerKind,
): boolean {
  const { current } = one;
  if (current && !current.ended) return false;
  if (current?.ended && one.creatingSinceMs === undefined) {
    if (kind === 'ephemeral' || !restarts(container, step.pod, current.ended.exitCode)) return false;
    if (backsOff(step, one, kind, current.ended.atMs)) return false;
  }
  return start(step, one, container, kind);
}

/** Whether it is too early for the next attempt. */
function backsOff(step: Step, one: ContainerRun, kind: ContainerKind, endedMs: number): boolean {
  const { world, pod } = step;
  const until = waitsUntil(one.backOff, endedMs);
  if (until > world.nowMs) {
    const delay = goDuration(one.backOff!.delayMs);
    const message = `back-off ${delay} restarting failed container=${one.name} pod=${podText(pod)}`;
    if (one.waiting?.message !== message) {
      const text = `Back-off restarting failed container ${one.name} in pod ${podText(pod)}`;
      world.tell('Warning', 'BackOff', text, fieldOf(one.name, kind));
    }
    one.waiting = { reason: 'CrashLoopBackOff', message };
    comeBack(step, until);
    return true;
  }
  one.backOff = nextBackOff(one.backOff, endedMs, world.nowMs);
  return false;
}

function start(step: Step, one: ContainerRun, container: IContainer, kind: ContainerKind): boolean {
  const { world, pod, run } = step;
  const attempt = one.current ? one.restarts + 1 : one.restarts;
  const plan = world.planOf(pod, container, attempt);
  const field = fieldOf(one.name, kind);
  if (!hasImage(step, one, container, kind, plan)) return false;
  const problem = world.configProblem(container);
  if (problem !== undefined) {
    // It is still being looked for.
    if (problem === '') return false;
    if (one.waiting?.message !== problem) world.tell('Warning', 'Failed', `Error: ${problem}`, field);
    one.waiting = { reason: 'CreateContainerConfigError', message: problem };
    return false;
  }
  one.creatingSinceMs ??= world.nowMs;
  const startedMs = one.creatingSinceMs + plan.startDelayMs;
  if (startedMs > world.nowMs) {
    comeBack(step, startedMs);
    return false;
  }
  const id = `simulated://${world.newId()}`;
  const begun: ContainerStart = {
    ...{ pod, container, kind, attempt, id, onChange: world.onChange, ip: run.ip },
    startedMs: world.nowMs,
  };
  world.tell('Normal', 'Created', 'Container created', field);
  world.tell('Normal', 'Started', 'Container started', field);
  for (const text of notSimulated(container, plan.isSkipped)) {
    if (!run.told.has(text)) world.tell('Warning', 'NotSimulated', text, field);
    run.told.add(text);
  }
  if (one.current) one.previous = one.current;
  one.restarts = attempt;
  one.current = {
    id,
    startedMs: world.nowMs,
    instance: plan.implementation.start(begun),
    toldFailures: newFailures(),
  };
  one.started = container.startupProbe === undefined && kind !== 'init';
  one.ready = false;
  delete one.waiting;
  delete one.creatingSinceMs;
  run.allocated.set(one.name, run.allocated.get(one.name) ?? container.resources);
  return true;
}

/** Whether the image is there. Everything is, but what is declared absent; to pull it takes no time and brings nothing. */
function hasImage(
  step: Step,
  one: ContainerRun,
  container: IContainer,
  kind: ContainerKind,
  plan: ContainerPlan,
): boolean {
  const { world } = step;
  const image = container.image ?? '';
  const quoted = JSON.stringify(image);
  const field = fieldOf(one.name, kind);
  const fail = (reason: string, message: string) => {
    one.waiting = { reason, message };
    return false;
  };
  if (plan.imageProblem === undefined) {
    delete one.imageBackOff;
    if (one.creatingSinceMs !== undefined) return true;
    if (container.imagePullPolicy === 'Always') {
      world.tell('Normal', 'Pulling', `Pulling image ${quoted}`, field);
      const text = `Successfully pulled image ${quoted} in 0s (0s including waiting). Image size: 0 bytes.`;
      world.tell('Normal', 'Pulled', text, field);
    } else {
      const text = `Container image ${quoted} already present on machine and can be accessed by the pod`;
      world.tell('Normal', 'Pulled', text, field);
    }
    return true;
  }
  const cause = plan.imageProblem;
  if (container.imagePullPolicy === 'Never') {
    const message = `Container image ${quoted} is not present with pull policy of Never`;
    if (one.waiting?.reason !== 'ErrImageNeverPull') {
      world.tell('Warning', 'ErrImageNeverPull', message, field);
      world.tell('Warning', 'Failed', 'Error: ErrImageNeverPull', field);
    }
    return fail('ErrImageNeverPull', message);
  }
  const triedMs = one.imageBackOff?.sinceMs;
  const againMs = one.imageBackOff ? triedMs! + one.imageBackOff.delayMs : world.nowMs;
  if (againMs <= world.nowMs) {
    one.imageBackOff = nextBackOff(one.imageBackOff, world.nowMs, world.nowMs);
    const message = `failed to pull image ${quoted}: ${cause}`;
    world.tell('Normal', 'Pulling', `Pulling image ${quoted}`, field);
    world.tell('Warning', 'Failed', `Failed to pull image ${quoted}: ${cause}`, field);
    world.tell('Warning', 'Failed', 'Error: ErrImagePull', field);
    comeBack(step, world.nowMs + pullFailureShownMs);
    return fail('ErrImagePull', message);
  }
  comeBack(step, againMs);
  if (world.nowMs < triedMs! + pullFailureShownMs) {
    comeBack(step, triedMs! + pullFailureShownMs);
    return false;
  }
  if (one.waiting?.reason !== 'ImagePullBackOff') {
    world.tell('Normal', 'BackOff', `Back-off pulling image ${quoted}`, field);
    world.tell('Warning', 'Failed', 'Error: ImagePullBackOff', field);
  }
  return fail('ImagePullBackOff', `Back-off pulling image ${quoted}: ErrImagePull: ${cause}`);
}

/** As Go prints whole seconds: `40s`, `1m20s`, `5m0s`. */
export function goDuration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
