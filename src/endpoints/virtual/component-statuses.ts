import type { KubeObject } from '../../apimachinery/object.ts';
import type { VirtualResource, VirtualResources } from './types.ts';

/** What kube-apiserver would probe. Here it is one process: the store is healthy as long as it answers at all. */
const components = ['etcd-0'];

const status = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ComponentStatus',
  metadata: { name },
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
});

const componentStatus: VirtualResource = {
  get: (name) => (components.includes(name) ? status(name) : undefined),
  list: () => components.map(status),
};

export const componentStatuses = (): VirtualResources => new Map([['/componentstatuses', componentStatus]]);
