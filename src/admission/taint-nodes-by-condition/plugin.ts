import type { INodeSpec } from 'kubernetes-models/v1';
import { concernsMain, nodes } from '../request.ts';
import { specOf } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;

/** A new node takes no pods before it has reported that it is ready. */
export const taintNodesByCondition: AdmissionPluginFactory = () => ({
  name: 'TaintNodesByCondition',
  mutate: (request) => {
    if (request.operation !== 'CREATE' || !request.object || !concernsMain(request, nodes)) return;
    const spec = specOf<INodeSpec>(request.object);
    const taints = spec.taints ?? [];
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return;
    spec.taints = [...taints, { ...notReady }];
  },
});
