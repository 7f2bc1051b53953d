import type { IContainer } from 'kubernetes-models/v1';
import type { ContainerKind, Ending } from './container.ts';
import { type Attempt, type ContainerRun, lost } from './pod-run.ts';
import { comeBack, fieldOf, type Step } from './step.ts';

const secondMs = 1_000;
/** Between SIGTERM and SIGKILL there is never less (`minimumGracePeriodInSeconds`). */
const leastGraceMs = 2 * secondMs;
/** Of termination messages, in characters; of those taken from the log, and the lines looked at. */
const maxMessageLength = 4_096;
const maxFallbackLength = 2_048;
const maxFallbackLines = 80;

/** Begins to stop a container; one that stops already is only stopped sooner. */
export function stopContainer(
  step: Step,
  one: ContainerRun,
  container: IContainer,
  kind: ContainerKind,
  graceMs: number,
  message = `Stopping container ${one.name}`,
): void {
  const { current } = one;
  const { nowMs, tell } = step.world;
  if (!current || current.ended) return;
  if (current.stop) {
    current.stop.killAtMs = Math.min(current.stop.killAtMs, nowMs + Math.max(graceMs, leastGraceMs));
    return;
  }
  tell('Normal', 'Killing', message, fieldOf(one.name, kind));
  const hookMs = graceMs > 0 ? Math.min(preStopMs(container), graceMs) : 0;
  const killAtMs = nowMs + hookMs + Math.max(graceMs - hookMs, leastGraceMs);
  current.stop = { termAtMs: nowMs + hookMs, killAtMs, termSent: false };
}

const preStopMs = ({ lifecycle }: IContainer): number => (lifecycle?.preStop?.sleep?.seconds ?? 0) * secondMs;

/** Sends the signals that are due and takes note of an end. True when the container has ended just now. */
export function settle(step: Step, one: ContainerRun, container: IContainer): boolean {
  const { current } = one;
  const { nowMs } = step.world;
  if (!current || current.ended) return false;
  if (current.stop) sendSignals(step, current);
  const ending = current.instance ? current.instance.ending() : lost(nowMs);
  if (!ending || ending.atMs > nowMs) {
    comeBack(step, ending?.atMs);
    return false;
  }
  current.ended = { ...ending, ...messageOf(current, ending, container) };
  current.instance?.log.close(ending.atMs);
  one.started = false;
  one.ready = false;
  return true;
}

/** What a container leaves behind, by its own file or by what it wrote last; cut as the kubelet does. */
function messageOf(
  { instance }: Attempt,
  { atMs, exitCode, message }: Ending,
  { terminationMessagePolicy }: IContainer,
): Pick<Ending, 'message'> {
  if (message) return { message: message.slice(-maxMessageLength) };
  if (exitCode === 0 || terminationMessagePolicy !== 'FallbackToLogsOnError') return {};
  const written = instance?.log.entries.filter((entry) => entry.atMs <= atMs) ?? [];
  const last = written.slice(-maxFallbackLines).map(({ text }) => Buffer.from(text as string).toString());
  return last.length === 0 ? {} : { message: last.join('').slice(-maxFallbackLength) };
}

function sendSignals(step: Step, { stop, instance }: Attempt): void {
  const { nowMs } = step.world;
  const { termAtMs, killAtMs } = stop!;
  if (!stop!.termSent && termAtMs <= nowMs) {
    stop!.termSent = true;
    instance?.terminate(nowMs);
  }
  if (killAtMs <= nowMs) instance?.kill(nowMs);
  comeBack(step, termAtMs);
  comeBack(step, killAtMs);
}

/**
 * Stops all containers: the main ones at once; sidecars when those and all later sidecars have ended, the last of them first, or
 * when the time is over.
 */
export function stopAll(
  step: Step,
  containers: readonly (readonly [IContainer, ContainerKind])[],
  deadlineMs: number,
): void {
  const { run, world } = step;
  const leftMs = Math.max(deadlineMs - world.nowMs, 0);
  let waits = false;
  for (const [container, kind] of containers.toReversed()) {
    const one = run.containers.get(container.name);
    if (!one?.current || one.current.ended) continue;
    if (kind === 'sidecar' && waits && leftMs > 0) continue;
    stopContainer(step, one, container, kind, leftMs);
    waits = true;
  }
  if (waits) comeBack(step, deadlineMs);
}
