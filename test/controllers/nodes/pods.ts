import type { Loose } from '../../helpers/api.ts';
import { podsPath, type Stage } from '../kit.ts';

/** A pod that is bound to `node-1`, with one container `main`; `spec` and `container` come on top. */
export const boundPod = (name: string, spec: object = {}, container: object = {}) => ({
  metadata: { name },
  spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'busybox', ...container }], ...spec },
});

/** The same with a declaration of how its containers go. */
export function behavingPod(
  name: string,
  containers: readonly object[],
  spec: object = {},
  container: object = {},
) {
  const pod = boundPod(name, spec, container);
  const annotations = { 'simulation.binnacle.dev/behavior': JSON.stringify({ containers }) };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

export const get = ({ get }: Stage, name: string): Promise<Loose> => get(`${podsPath}/${name}`);

/** The status of a container, the only one or the one that is named. */
export async function containerOf(stage: Stage, name: string, container?: string): Promise<Loose> {
  const { status } = await get(stage, name);
  const all = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  return all.find((one: Loose) => container === undefined || one.name === container);
}

/** In the words of kubectl: `Running`, `Waiting: CrashLoopBackOff`, `Terminated: Error 1`. */
export function stateOf({ state }: Loose): string {
  if (state.running) return 'Running';
  if (state.terminated) return `Terminated: ${state.terminated.reason} ${state.terminated.exitCode}`;
  return `Waiting: ${state.waiting.reason}`;
}

export async function condition(stage: Stage, name: string, type: string): Promise<Loose> {
  const { status } = await get(stage, name);
  return status.conditions.find((one: Loose) => one.type === type);
}

/** `Reason: message` of what was told of a pod, with `×n` for what came n times; in order of time. */
export async function eventsOf({ list }: Stage, name: string): Promise<string[]> {
  const events = await list(
    `/api/v1/namespaces/default/events?fieldSelector=involvedObject.kind=Pod,involvedObject.name=${name}`,
  );
  return events
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(({ reason, message, count }) => `${reason}: ${message}${count > 1 ? ` ×${count}` : ''}`);
}
