import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { badRequest, notFoundError, serviceUnavailable } from '../../apimachinery/status.ts';
import type { Target } from '../../registry/context.ts';
import { objectKey } from '../../storage/keys.ts';
import { respondText } from '../respond.ts';
import type { Verb } from './verb.ts';

/**
 * exec, attach, portforward, proxy and log reach into a node. Without kubelets they end here, with the answer of a
 * server that cannot reach the node: 503 naming it.
 */
export const connect: Verb = async ({ registry }, request, target) => {
  const { definition, namespace, name, subresource } = target;
  const { store, layout } = registry;
  await store.cache.fresh();
  const entry = store.cache.get(objectKey(layout, definition, namespace, proxiedName(target)));
  if (!entry) throw notFoundError(definition, proxiedName(target));
  if (definition.resource === 'services')
    throw serviceUnavailable(`no endpoints available for service ${JSON.stringify(name)}`);
  if (definition.resource === 'nodes') throw unreachable(name, target);
  const node = nodeOf(entry.decode());
  if (node !== '') throw unreachable(node, target);
  // A pod that is on no node yet has an empty log.
  if (subresource === 'log') return respondText(request, 200, '');
  throw badRequest(`pod ${name} does not have a host assigned`);
};

/** Proxies take `scheme:name:port`. */
function proxiedName({ name, subresource }: Target): string {
  if (subresource !== 'proxy') return name;
  const parts = name.split(':');
  return parts.length === 3 ? parts[1]! : parts[0]!;
}

function nodeOf(pod: KubeObject): string {
  const spec = isRecord(pod['spec']) ? pod['spec'] : {};
  return typeof spec['nodeName'] === 'string' ? spec['nodeName'] : '';
}

const unreachable = (node: string, { definition, name, subresource }: Target) =>
  serviceUnavailable(
    `error dialing backend: no kubelet can be reached on node ${JSON.stringify(node)}, which ${definition.resource}/${subresource} of ${JSON.stringify(name)} needs`,
  );
