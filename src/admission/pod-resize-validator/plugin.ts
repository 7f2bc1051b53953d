import type { INode, IPodSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import {
  addQuantity,
  compareQuantity,
  type Quantity,
  quantityMilli,
  quantityValue,
  zeroQuantity,
} from '../../apimachinery/quantity.ts';
import { podUsage, quantities } from '../pod-usage.ts';
import { concerns, nodes, pods, refuse } from '../request.ts';
import { ownValue, readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const osLabel = 'kubernetes.io/os';

/** Resources that `/resize` changes, and how messages count them. */
const resizable: readonly [name: string, inUnits: (amount: Quantity) => bigint][] = [
  ['cpu', quantityMilli],
  ['memory', quantityValue],
];

/** A pod may only be resized to what its node could give it, and only on Linux. */
export const podResizeValidator: AdmissionPluginFactory = ({ reader }) => ({
  name: 'PodResizeValidator',
  validate: (request) => {
    const { operation, subresource, object, oldObject } = request;
    if (operation !== 'UPDATE' || subresource !== 'resize' || !concerns(request, pods)) return;
    if (!object || object.metadata.generation === oldObject?.metadata.generation) return;
    const { nodeName } = readSpec<IPodSpec>(object);
    if (!nodeName) return;
    const node = reader.get(nodes, '', nodeName);
    if (!node) throw refuse(request, `node ${JSON.stringify(nodeName)} not found`);
    const os = ownValue(node.metadata.labels, osLabel) ?? 'linux';
    if (os !== 'linux') {
      const why = `pod resize is only supported on linux nodes, node ${JSON.stringify(nodeName)} is ${JSON.stringify(os)}`;
      throw refuse(request, why, [{ reason: 'UnsupportedPlatform' }]);
    }
    const excess = excessOf(object, node);
    if (excess.length === 0) return;
    const why = `node didn't have enough allocatable resources: ${excess.join('; ')}`;
    throw refuse(request, why, [{ reason: 'NodeCapacity' }]);
  },
});

/** Where a pod asks for more than the whole node has. */
function excessOf(pod: KubeObject, node: KubeObject): string[] {
  const { requests } = podUsage(pod);
  const overhead = quantities(readSpec<IPodSpec>(pod).overhead);
  const allocatable = quantities((node as unknown as INode).status?.allocatable);
  return resizable.flatMap(([name, inUnits]) => {
    const amountIn = (amounts: ReadonlyMap<string, Quantity>) => amounts.get(name) ?? zeroQuantity;
    const requested = addQuantity(amountIn(requests), amountIn(overhead));
    const available = amountIn(allocatable);
    if (compareQuantity(requested, available) <= 0) return [];
    return [`${name}, requested: ${inUnits(requested)}, allocatable: ${inUnits(available)}`];
  });
}
