import type { IBinding, IPodSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { concerns, nodes, pods } from '../request.ts';
import { ownValue, readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const topologyLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/**
 * A pod shows the zone and region of the node it is bound to. Runs for pods that are created with a node name and for
 * `/binding`, whose labels the pod is given.
 */
export const podTopologyLabels: AdmissionPluginFactory = ({ reader }) => ({
  name: 'PodTopologyLabels',
  mutate: (request) => {
    const { operation, subresource, object } = request;
    if (operation !== 'CREATE' || !object || !concerns(request, pods)) return;
    if (subresource === '') copyLabels(reader, object, readSpec<IPodSpec>(object).nodeName);
    if (subresource === 'binding') copyLabels(reader, object, nodeOf(object));
  },
});

function nodeOf(binding: KubeObject): string | undefined {
  const { target } = binding as Partial<IBinding>;
  return target?.kind === 'Node' ? target.name : undefined;
}

function copyLabels(reader: Reader, object: KubeObject, nodeName: string | undefined): void {
  const node = nodeName ? reader.get(nodes, '', nodeName) : undefined;
  for (const label of topologyLabels) {
    const value = ownValue(node?.metadata.labels, label);
    if (value !== undefined) object.metadata.labels = { ...object.metadata.labels, [label]: value };
  }
}
