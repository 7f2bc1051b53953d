import type { IPodSpec } from 'kubernetes-models/v1';
import { forbiddenError } from '../../apimachinery/status.ts';
import { concernsMain, pods } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const hostname = 'kubernetes.io/hostname';

/** Pods keep others off their node at most, and off no wider part of the cluster. */
export const limitPodHardAntiAffinityTopology: AdmissionPluginFactory = () => ({
  name: 'LimitPodHardAntiAffinityTopology',
  validate: (request) => {
    const { object } = request;
    if (!object || !concernsMain(request, pods)) return;
    const terms = readSpec<IPodSpec>(object).affinity?.podAntiAffinity;
    for (const { topologyKey } of terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (topologyKey === hostname) continue;
      throw forbiddenError(
        pods,
        object.metadata.name ?? '',
        `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${topologyKey} but only key ${hostname} is allowed`,
      );
    }
  },
});
