import type { IPodSpec, IToleration } from 'kubernetes-models/v1';
import { concernsMain, pods } from '../request.ts';
import { specOf } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

/** How long a pod stays on a node that has gone bad, unless it says otherwise. */
const defaultTolerationSeconds = 300;

const badNodeTaints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** Pods leave a node that is not ready or cannot be reached, after a while. */
export const defaultTolerations: AdmissionPluginFactory = () => ({
  name: 'DefaultTolerationSeconds',
  mutate: (request) => {
    if (!request.object || !concernsMain(request, pods)) return;
    const spec = specOf<IPodSpec>(request.object);
    const given = spec.tolerations ?? [];
    const missing = badNodeTaints.filter((key) => !given.some((toleration) => evicts(toleration, key)));
    if (missing.length > 0) spec.tolerations = [...given, ...missing.map(tolerate)];
  },
});

/** True when a toleration says what happens under a NoExecute taint. */
const evicts = ({ key, effect }: IToleration, taint: string): boolean =>
  (!key || key === taint) && (!effect || effect === 'NoExecute');

const tolerate = (key: string): IToleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: defaultTolerationSeconds,
});
