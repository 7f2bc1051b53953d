import type { IContainer } from 'kubernetes-models/v1';
import { parseTime } from '../../apimachinery/clock.ts';
import type { Pod } from '../../client/kinds.ts';
import type { ContainerKind } from './container.ts';
import { containersOf, type PodRun, runOf } from './pod-run.ts';
import { probe } from './probing.ts';
import { restarts } from './restart.ts';
import { ensureRunning } from './starting.ts';
import { comeBack, type Step, type World } from './step.ts';
import { settle, stopAll, stopContainer } from './stopping.ts';

type Containers = readonly (readonly [IContainer, ContainerKind])[];

const secondMs = 1_000;
const deadlineMessage = 'Pod was active on the node longer than the specified deadline';

/**
 * Does everything with a pod that is due at `world.nowMs`. Answers when something is due next, in milliseconds since the epoch;
 * undefined when nothing is as things are.
 */
export function advance(run: PodRun, pod: Pod, world: World): number | undefined {
  const step: Step = { run, pod, world, nextMs: Number.POSITIVE_INFINITY };
  const containers = containersOf(pod);
  for (const [{ name }, kind] of containers) runOf(run, name, kind);
  // What ends or starts at this moment may let something else start or end at this moment.
  for (let changed = true; changed; ) {
    step.nextMs = Number.POSITIVE_INFINITY;
    changed = settleAll(step, containers);
    checkDeadline(step);
    restartResized(step, containers);
    const stopByMs = stopsBy(step, containers);
    if (stopByMs === undefined) changed = keepRunning(step, containers) || changed;
    else {
      stopAll(step, containers, stopByMs);
      changed = settleAll(step, containers) || changed;
      run.finished = !isAnyRunning(run);
    }
    for (const [container, kind] of containers) {
      changed = probe(step, run.containers.get(container.name)!, container, kind) || changed;
    }
    // A probe may have stopped a container that goes at once.
    changed = settleAll(step, containers) || changed;
  }
  return step.nextMs === Number.POSITIVE_INFINITY ? undefined : step.nextMs;
}

/** Those that were given something that only a new start can bring them. */
function restartResized(step: Step, containers: Containers): void {
  const graceMs = (step.pod.spec?.terminationGracePeriodSeconds ?? 30) * secondMs;
  for (const [container, kind] of containers) {
    const one = step.run.containers.get(container.name)!;
    if (!one.restartsForResize) continue;
    delete one.restartsForResize;
    stopContainer(step, one, container, kind, graceMs, `Container ${one.name} resize requires restart`);
  }
}

const settleAll = (step: Step, containers: Containers): boolean =>
  containers.filter(([container]) => settle(step, step.run.containers.get(container.name)!, container))
    .length > 0;

const isAnyRunning = (run: PodRun): boolean =>
  [...run.containers.values()].some(({ current }) => current && !current.ended);

function checkDeadline(step: Step): void {
  const { run, pod, world } = step;
  const seconds = pod.spec?.activeDeadlineSeconds;
  if (seconds === undefined || run.failing) return;
  const deadlineMs = run.startedMs + seconds * secondMs;
  if (deadlineMs > world.nowMs) {
    comeBack(step, deadlineMs);
    return;
  }
  if (isOver(run, pod)) return;
  world.tell('Normal', 'DeadlineExceeded', deadlineMessage);
  run.failing = { reason: 'DeadlineExceeded', message: deadlineMessage };
}

/** Until when everything that runs has to end; undefined: the pod goes on. */
function stopsBy({ run, pod, world }: Step, containers: Containers): number | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds: left } = pod.metadata;
  if (deletionTimestamp !== undefined) {
    // The timestamp has whole seconds: nobody is to get less than was granted.
    const untilMs = parseTime(deletionTimestamp) + secondMs;
    run.stopByMs = Math.min(run.stopByMs ?? untilMs, untilMs, world.nowMs + (left ?? 0) * secondMs);
    return run.stopByMs;
  }
  if (run.failing || isOver(run, pod)) {
    run.stopByMs ??= world.nowMs + (pod.spec?.terminationGracePeriodSeconds ?? 30) * secondMs;
    return run.stopByMs;
  }
  return containers.length === 0 ? world.nowMs : undefined;
}

/** Whether all that matters has ended for good: every main container, or an init container that failed. */
export function isOver(run: PodRun, pod: Pod): boolean {
  let mainLeft = false;
  for (const [container, kind] of containersOf(pod)) {
    const ended = run.containers.get(container.name)?.current?.ended;
    const forGood = ended !== undefined && !restarts(container, pod, ended.exitCode);
    if (kind === 'init' && forGood && ended.exitCode !== 0) return true;
    if (kind === 'main' && !forGood) mainLeft = true;
  }
  return !mainLeft;
}

/** Starts what should run: init containers one after the other, then all the others. True when something has started. */
function keepRunning(step: Step, containers: Containers): boolean {
  const { run } = step;
  let changed = false;
  const ensure = (container: IContainer, kind: ContainerKind) => {
    changed = ensureRunning(step, run.containers.get(container.name)!, container, kind) || changed;
  };
  const initialized = [...run.containers.values()].some(({ kind, current }) => kind === 'main' && current);
  let goesOn = true;
  for (const [container, kind] of containers) {
    const one = run.containers.get(container.name)!;
    if (kind === 'sidecar' && (goesOn || initialized)) {
      ensure(container, kind);
      goesOn &&= one.started || initialized;
    } else if (kind === 'init' && goesOn && !initialized) {
      if (one.current?.ended?.exitCode === 0) continue;
      ensure(container, kind);
      goesOn = false;
    } else if ((kind === 'main' && (goesOn || initialized)) || (kind === 'ephemeral' && initialized)) {
      ensure(container, kind);
    }
  }
  return changed;
}
