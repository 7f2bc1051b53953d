import type { IContainer, IProbe } from 'kubernetes-models/v1';
import type { ContainerKind, ProbeKind } from './container.ts';
import type { Attempt, ContainerRun } from './pod-run.ts';
import { courseOf, type ProbeCourse } from './probes.ts';
import { restarts } from './restart.ts';
import { comeBack, fieldOf, type Step } from './step.ts';
import { stopContainer } from './stopping.ts';

const names: Readonly<Record<ProbeKind, string>> = {
  startup: 'Startup',
  liveness: 'Liveness',
  readiness: 'Readiness',
};

/** Sets `started` and `ready` of a container that runs, and stops it when its probes want that. True when it has just started. */
export function probe(step: Step, one: ContainerRun, container: IContainer, kind: ContainerKind): boolean {
  const { current, started } = one;
  if (!current || current.ended || kind === 'init') return false;
  const beginMs = startedSince(step, one, current, container, kind);
  one.started = beginMs !== undefined;
  if (beginMs === undefined) return false;
  const { readinessProbe: readiness, livenessProbe: liveness } = container;
  one.ready = !readiness || ask(step, one, current, kind, 'readiness', readiness, beginMs).success;
  if (liveness && !current.stop && !ask(step, one, current, kind, 'liveness', liveness, beginMs).success) {
    fail(step, one, container, kind, 'liveness', liveness);
  }
  return !started;
}

/** Since when the container counts as started; undefined when its startup probe has not passed. */
function startedSince(
  step: Step,
  one: ContainerRun,
  current: Attempt,
  container: IContainer,
  kind: ContainerKind,
): number | undefined {
  const { startupProbe } = container;
  if (!startupProbe) return current.startedMs;
  const { success, failures } = ask(step, one, current, kind, 'startup', startupProbe, current.startedMs);
  if (success) return Math.max(current.startedMs, firstSuccessMs(startupProbe, current));
  if (failures >= threshold(startupProbe)) fail(step, one, container, kind, 'startup', startupProbe);
  return undefined;
}

/** Of a process that got SIGKILL. */
const killedExitCode = 137;

const threshold = (probe: IProbe): number => probe.failureThreshold || 3;

/** How the probe stands; failures that are new are told. */
function ask(
  step: Step,
  one: ContainerRun,
  attempt: Attempt,
  kind: ContainerKind,
  which: ProbeKind,
  asked: IProbe,
  beginMs: number,
): ProbeCourse {
  const segments = attempt.instance?.probe(which) ?? [];
  const course = courseOf(asked, segments, beginMs, which === 'liveness', step.world.nowMs);
  comeBack(step, course.nextMs);
  while (attempt.toldFailures[which] < course.failures) {
    attempt.toldFailures[which]++;
    const message = `${names[which]} probe failed: ${course.output}`;
    step.world.tell('Warning', 'Unhealthy', message, fieldOf(one.name, kind));
  }
  return course;
}

/** When the startup probe passed: from then on the others are tried. */
function firstSuccessMs(probe: IProbe, attempt: Attempt): number {
  const segments = attempt.instance?.probe('startup') ?? [];
  const first = courseOf(probe, segments, attempt.startedMs, false, Number.NEGATIVE_INFINITY);
  let atMs = first.nextMs ?? attempt.startedMs;
  for (;;) {
    const course = courseOf(probe, segments, attempt.startedMs, false, atMs);
    if (course.success || course.nextMs === undefined) return atMs;
    atMs = course.nextMs;
  }
}

function fail(
  step: Step,
  one: ContainerRun,
  container: IContainer,
  kind: ContainerKind,
  which: 'startup' | 'liveness',
  probe: IProbe,
): void {
  const graceSeconds =
    probe.terminationGracePeriodSeconds ?? step.pod.spec?.terminationGracePeriodSeconds ?? 30;
  const again = restarts(container, step.pod, killedExitCode) ? ', will be restarted' : '';
  const message = `Container ${one.name} failed ${which} probe${again}`;
  if (!one.current?.stop) stopContainer(step, one, container, kind, graceSeconds * 1_000, message);
}
