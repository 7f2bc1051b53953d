import type { KubeObject } from '../apimachinery/object.ts';
import { ownValue } from './structs.ts';

/** What a kubelet puts on the pod that shows a static pod of its node. */
export const mirrorPodAnnotation = 'kubernetes.io/config.mirror';

export const isMirrorPod = ({ metadata }: KubeObject): boolean =>
  ownValue(metadata.annotations, mirrorPodAnnotation) !== undefined;
