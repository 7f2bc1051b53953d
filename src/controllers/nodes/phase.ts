import type { Pod } from '../../client/kinds.ts';
import { type ContainerRun, containersOf, type PodRun } from './pod-run.ts';
import { restarts } from './restart.ts';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** How the containers of one group stand. */
interface Tally {
  pending: number;
  running: number;
  waiting: number;
  stopped: number;
  /** Of those that have stopped: never to be started again. */
  forGood: number;
  succeeded: number;
}

/**
 * The phase of a pod by the state of its containers (`getPhase` of the kubelet). `over`: none of them is started again, whatever
 * its policy says.
 */
export function phaseOf(run: PodRun, pod: Pod, over: boolean): Phase {
  const tally: Tally = { pending: 0, running: 0, waiting: 0, stopped: 0, forGood: 0, succeeded: 0 };
  const initialized = [...run.containers.values()].some(({ kind, current }) => kind === 'main' && current);
  let failedForGood = false;
  for (const [container, kind] of containersOf(pod)) {
    const one = run.containers.get(container.name);
    if (!one || kind === 'ephemeral') continue;
    const endedBadly = one.current?.ended !== undefined && one.current.ended.exitCode !== 0;
    const stays = endedBadly && !restarts(container, pod, one.current!.ended!.exitCode);
    if (kind === 'init') {
      if (!one.current?.ended) tally.pending++;
      else if (stays) failedForGood = true;
      else if (endedBadly) tally.pending += one.waiting ? 0 : 1;
    } else if (kind === 'sidecar') tallySidecar(one, tally, initialized);
    else tallyMain(one, tally, (exitCode) => restarts(container, pod, exitCode));
  }
  if (failedForGood) return 'Failed';
  if (tally.pending > 0 || tally.waiting > 0) return 'Pending';
  if (tally.running > 0) return 'Running';
  if (tally.stopped === 0) return 'Pending';
  if (!over && tally.stopped !== tally.forGood) return 'Running';
  return tally.stopped === tally.succeeded ? 'Succeeded' : 'Failed';
}

function tallySidecar(one: ContainerRun, tally: Tally, initialized: boolean): void {
  if (one.current && !one.current.ended) {
    tally.running++;
    if (!one.started && !initialized) tally.pending++;
  } else if (!one.current) {
    if (!initialized) tally.pending++;
    tally.waiting++;
  }
}

function tallyMain(one: ContainerRun, tally: Tally, again: (exitCode: number) => boolean): void {
  const ended = one.current?.ended;
  if (!one.current) tally.waiting++;
  else if (!ended) tally.running++;
  else {
    tally.stopped++;
    if (!again(ended.exitCode)) tally.forGood++;
    if (ended.exitCode === 0) tally.succeeded++;
  }
}
