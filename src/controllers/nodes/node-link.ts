import type { IContainerStatus } from 'kubernetes-models/v1';
import type { Clock } from '../../apimachinery/clock.ts';
import type { LogRequest, NodeLink } from '../../apimachinery/node-link.ts';
import { ApiError, badRequest } from '../../apimachinery/status.ts';
import type { Activity } from '../../client/activity.ts';
import type { Informer } from '../../client/informer.ts';
import type { Node, Pod } from '../../client/kinds.ts';
import { keyFor, keyOf } from '../../client/resource.ts';
import { isSimulated } from './node-object.ts';
import type { PodKeeper } from './pod-keeper.ts';
import { nextEntry, readLog, readPieces } from './read-log.ts';
import { runCommand, running } from './run-command.ts';

export interface NodeLinkTools {
  readonly known: Pick<Informer<Pod>, 'get'>;
  readonly knownNodes: Pick<Informer<Node>, 'get'>;
  readonly keeper: Pick<PodKeeper, 'get' | 'recall'>;
  readonly clock: Clock;
  readonly activity: Activity;
}

/** The API of the kubelets of all simulated nodes. */
export function nodeLink({ known, knownNodes, keeper, clock, activity }: NodeLinkTools): NodeLink {
  return {
    serves(name) {
      const node = knownNodes.get('', name);
      return node !== undefined && isSimulated(node);
    },
    async logs(request) {
      const { namespace, pod: name, container } = request;
      const pod = known.get(namespace, name);
      if (!pod) throw noPod(name);
      const id = wantedId(pod, request);
      const { current, previous } = keeper.recall(keyOf(pod), pod).containers.get(container) ?? {};
      const log = [current, previous].find((attempt) => attempt?.id === id)?.instance?.log;
      if (!log) throw badRequest(`unable to retrieve container logs for ${id}`);
      return readLog(log, request, clock);
    },
    async exec(request) {
      const { exec } = running(keeper, request);
      return (streams) => runCommand(exec, request, streams);
    },
    async attach(request) {
      const { log } = running(keeper, request);
      const from = nextEntry(log, clock.now(), 0);
      return async ({ signal, ...streams }) => {
        const wanted = { follow: true, timestamps: false, from, signal };
        for await (const { stream, bytes } of readPieces(log, wanted, clock))
          await streams[stream]?.write(bytes);
        return 0;
      };
    },
    listener(namespace, pod, port) {
      const containers = keeper.get(keyFor(namespace, pod))?.containers.values() ?? [];
      for (const { current } of containers) {
        const handler = current?.ended ? undefined : current?.instance?.listener?.(port);
        if (handler) return (request) => activity.during(async () => handler(request));
      }
      return undefined;
    },
  };
}

/** Kubelets hear of a pod a moment after everybody else; what the reference server makes of their 404. */
const noPod = (name: string): ApiError =>
  new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `the server could not find the requested resource ( pods/log ${name})`,
    reason: 'NotFound',
    details: { name, kind: 'pods/log' },
    code: 404,
  });

/** Of which attempt the log is meant, by its id; throws what a kubelet answers when there is none (`validateContainerLogStatus`). */
function wantedId(pod: Pod, { container: name, previous }: LogRequest): string {
  const what = `container ${JSON.stringify(name)} in pod ${JSON.stringify(pod.metadata.name)}`;
  const status = statusOf(pod, name);
  if (!status) throw badRequest(`${what} is not available`);
  const { state = {}, lastState, containerID = '' } = status;
  const before = lastState?.terminated?.containerID;
  if (previous) {
    if (!before) throw badRequest(`previous terminated ${what} not found`);
    return before;
  }
  if (state.running) return containerID;
  if (state.terminated || lastState?.terminated) {
    const id = state.terminated?.containerID || before;
    if (!id) throw badRequest(`${what} is terminated`);
    return id;
  }
  const { waiting } = state;
  throw badRequest(`${what} is waiting to start${waiting ? `: ${whyWaiting(waiting.reason)}` : noLogsYet}`);
}

const noLogsYet = ' - no logs yet';

function whyWaiting(reason = ''): string {
  if (reason === 'ErrImagePull') return "image can't be pulled";
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}

const statusOf = ({ status = {} }: Pod, name: string): IContainerStatus | undefined =>
  [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ].find((one) => one.name === name);
