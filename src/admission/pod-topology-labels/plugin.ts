import type { IPodSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { concerns, nodes, pods } from '../request.ts';
import { ownValue, readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const topologyLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/**
 * A pod shows the zone and region of the node it is bound to. Runs for pods that are created with a node name and for
 * `/binding`, which arrives as an update of the pod.
 */
export const podTopologyLabels: AdmissionPluginFactory = ({ reader }) => ({
  name: 'PodTopologyLabels',
  mutate: (request) => {
    const { operation, subresource, object } = request;
    const assigns = (operation === 'CREATE' && subresource === '') || subresource === 'binding';
    if (assigns && object && concerns(request, pods)) copyLabels(reader, object);
  },
});

function copyLabels(reader: Reader, pod: KubeObject): void {
  const nodeName = readSpec<IPodSpec>(pod).nodeName;
  const node = nodeName ? reader.get(nodes, '', nodeName) : undefined;
  for (const label of topologyLabels) {
    const value = ownValue(node?.metadata.labels, label);
    if (value !== undefined) pod.metadata.labels = { ...pod.metadata.labels, [label]: value };
  }
}
