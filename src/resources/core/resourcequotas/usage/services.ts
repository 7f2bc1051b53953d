import type { IService } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../../apimachinery/object.ts';
import { quantityOf } from '../../../../apimachinery/quantity.ts';
import type { Quantities } from '../../../validation/resource-list.ts';
import { countName, one } from './counts.ts';
import type { Evaluator } from './types.ts';

const count = countName({ group: '', resource: 'services' });
const names = [count, 'services', 'services.nodeports', 'services.loadbalancers'];

function usage(object: KubeObject): Quantities {
  const { type, ports = [], allocateLoadBalancerNodePorts } = (object as unknown as IService).spec ?? {};
  const isBalancer = type === 'LoadBalancer';
  // The ports are not there yet: what counts is that they will be.
  const nodePorts =
    isBalancer && allocateLoadBalancerNodePorts === false
      ? ports.filter(({ nodePort }) => nodePort).length
      : isBalancer || type === 'NodePort'
        ? ports.length
        : 0;
  return new Map([
    [count, one],
    ['services', one],
    ['services.nodeports', quantityOf(nodePorts)],
    ['services.loadbalancers', quantityOf(isBalancer ? 1 : 0)],
  ]);
}

export const services: Evaluator = {
  mayUse: ({ subresource }) => subresource === '',
  uses: (name) => names.includes(name),
  usage,
};
