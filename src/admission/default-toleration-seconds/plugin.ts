import type { IPodSpec, IToleration } from 'kubernetes-models/v1';
import { concernsMain, pods } from '../request.ts';
import { specOf } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

/** How long pods stay on a node that has gone bad, unless they say otherwise; seconds. */
export interface TolerationSeconds {
  readonly notReady: number;
  readonly unreachable: number;
}

const defaults: TolerationSeconds = { notReady: 300, unreachable: 300 };

/** Pods leave a node that is not ready or cannot be reached, after a while. */
export const defaultTolerations: AdmissionPluginFactory = (_tools, given) => {
  const { notReady, unreachable } = (given ?? defaults) as TolerationSeconds;
  const badNodes = [
    { key: 'node.kubernetes.io/not-ready', seconds: notReady },
    { key: 'node.kubernetes.io/unreachable', seconds: unreachable },
  ];
  return {
    name: 'DefaultTolerationSeconds',
    mutate: (request) => {
      if (!request.object || !concernsMain(request, pods)) return;
      const spec = specOf<IPodSpec>(request.object);
      const present = spec.tolerations ?? [];
      const missing = badNodes.filter(({ key }) => !present.some((toleration) => evicts(toleration, key)));
      if (missing.length > 0) spec.tolerations = [...present, ...missing.map(tolerate)];
    },
  };
};

/** True when a toleration says what happens under a NoExecute taint. */
const evicts = ({ key, effect }: IToleration, taint: string): boolean =>
  (!key || key === taint) && (!effect || effect === 'NoExecute');

const tolerate = ({ key, seconds }: { key: string; seconds: number }): IToleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: seconds,
});
