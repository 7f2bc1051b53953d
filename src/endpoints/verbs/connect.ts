import type { NodeLinks } from '../../apimachinery/node-link.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { badRequest, notFoundError, serviceUnavailable } from '../../apimachinery/status.ts';
import { admitConnection } from '../../registry/actions/admit.ts';
import type { Registry, Target } from '../../registry/context.ts';
import { objectKey } from '../../storage/keys.ts';
import { callerOf } from '../caller.ts';
import { authorizeVerb } from '../chain/steps.ts';
import { connectOptions } from '../options/connect-options.ts';
import { parseLogOptions } from '../options/log-options.ts';
import type { Request } from '../request.ts';
import { respondEmpty } from '../respond.ts';
import { sendLog } from './pod-log.ts';
import { forwardPorts } from './port-forward.ts';
import { handlerAt, type ProxiedName, passOn, podBackend, proxiedName, serviceBackend } from './proxy.ts';
import { streamContainer } from './streams.ts';
import type { Verb } from './verb.ts';

/**
 * exec, attach, portforward, proxy and log reach into a node. Where nobody answers for that node they end here, with the answer
 * of a server that cannot reach it: 503 naming it.
 */
export const connect: Verb = async (core, request, target) => {
  const { registry, nodes } = core;
  const { definition, namespace, name, subresource } = target;
  const { store, layout } = registry;
  const logOptions = subresource === 'log' ? parseLogOptions(request.info.query, name) : undefined;
  if (subresource !== 'log') await admitConnecting(registry, request, target);
  // A WebSocket can only be asked for by a GET, and does what a POST does.
  if (streaming.has(subresource) && request.info.verb !== 'create') {
    await authorizeVerb(core, request, 'create');
  }
  await store.cache.fresh();
  const proxied = subresource === 'proxy' ? proxiedName(name, definition.resource) : undefined;
  const named = proxied?.name ?? name;
  const entry = store.cache.get(objectKey(layout, definition, namespace, named));
  if (!entry) throw notFoundError(definition, named);
  if (definition.resource === 'nodes') throw unreachable(name, target);
  const pod = entry.decode();
  if (proxied) {
    const at =
      definition.resource === 'services'
        ? serviceBackend(registry, pod, proxied.port)
        : podBackendOn(nodes, pod, proxied, target);
    return passOn(request, target, at, handlerAt(core, at));
  }
  const wanted = request.info.query.get('container') ?? '';
  const container = inContainer.has(subresource) ? containerOf(name, pod, wanted) : '';
  const node = nodeOf(pod);
  const link = node === '' ? undefined : nodes.to(node);
  if (link && logOptions) {
    const { signal } = request.exchange;
    return sendLog(core, request, link, { ...logOptions, namespace, pod: name, container, signal });
  }
  if (link && (subresource === 'exec' || subresource === 'attach')) {
    return streamContainer(core, request, link, subresource, { namespace, pod: name, container });
  }
  if (link) return forwardPorts(core, request, link, pod);
  if (node !== '') throw unreachable(node, target);
  // A pod that is on no node yet has no log.
  if (subresource === 'log') return respondEmpty(request, 204);
  throw badRequest(`pod ${name} does not have a host assigned`);
};

/** Subresources that are connections. */
const streaming: ReadonlySet<string> = new Set(['attach', 'exec', 'portforward']);

/** A pod that can be reached: on a node for which somebody answers. */
function podBackendOn(nodes: NodeLinks, pod: KubeObject, proxied: ProxiedName, target: Target) {
  const node = nodeOf(pod);
  if (node !== '' && !nodes.to(node)) throw unreachable(node, target);
  return podBackend(pod, proxied);
}

/** Everything but a log, which is read like an object. */
async function admitConnecting(registry: Registry, request: Request, target: Target): Promise<void> {
  if (request.info.query.has('dryRun')) throw badRequest('dryRun is not supported');
  const caller = callerOf(request, { dryRun: false, fieldValidation: 'Ignore' });
  await admitConnection(registry, target, caller, connectOptions(request, target));
}

/** Subresources that are about one container of a pod. */
const inContainer: ReadonlySet<string> = new Set(['attach', 'exec', 'log']);

/** The container must be one of the pod's; it may be left out when there is only one (`LogLocation` of core/pod). */
function containerOf(name: string, pod: KubeObject, wanted: string): string {
  const containers = containerNames(pod, 'containers');
  const inits = containerNames(pod, 'initContainers');
  if (wanted === '') {
    if (containers.length === 1) return containers[0]!;
    const orInit = inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : '';
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${containers.join(' ')}]${orInit}`,
    );
  }
  if ([...containers, ...inits, ...containerNames(pod, 'ephemeralContainers')].includes(wanted))
    return wanted;
  throw badRequest(`container ${wanted} is not valid for pod ${name}`);
}

function containerNames(pod: KubeObject, list: string): string[] {
  const spec = isRecord(pod['spec']) ? pod['spec'] : {};
  const containers = Array.isArray(spec[list]) ? spec[list].filter(isRecord) : [];
  return containers.map((container) => String(container['name']));
}

function nodeOf(pod: KubeObject): string {
  const spec = isRecord(pod['spec']) ? pod['spec'] : {};
  return typeof spec['nodeName'] === 'string' ? spec['nodeName'] : '';
}

const unreachable = (node: string, { definition, name, subresource }: Target) =>
  serviceUnavailable(
    `error dialing backend: no kubelet can be reached on node ${JSON.stringify(node)}, which ${definition.resource}/${subresource} of ${JSON.stringify(name)} needs`,
  );
