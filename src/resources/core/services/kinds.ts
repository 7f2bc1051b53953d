import type { IService, IServiceSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';

/** The spec of a service, put there when absent. */
export const specOf = (object: KubeObject): IServiceSpec => structIn<IServiceSpec>(object, 'spec');

/** For objects that must not be changed. */
export const readSpec = (object: KubeObject): IServiceSpec => (object as unknown as IService).spec ?? {};

export const isHeadless = ({ clusterIPs }: IServiceSpec): boolean =>
  clusterIPs?.length === 1 && clusterIPs[0] === 'None';

/** Reachable from outside the cluster, so that `externalTrafficPolicy` means something. */
export const isExternallyAccessible = ({ type, externalIPs = [] }: IServiceSpec): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0);

export const needsHealthCheckPort = ({ type, externalTrafficPolicy }: IServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

export const needsClusterIP = ({ type }: IServiceSpec): boolean => type !== 'ExternalName';

/** Types whose ports are open on every node. */
export const mayHaveNodePorts = ({ type }: IServiceSpec): boolean =>
  type === 'NodePort' || type === 'LoadBalancer';

/** True when ports without a number get one: not for load balancers that do without. */
export const needsNodePorts = (spec: IServiceSpec): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
