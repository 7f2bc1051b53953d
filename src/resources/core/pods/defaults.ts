import type { IPod, IPodStatus } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { defaultPod } from '../../validation/pods-defaults.ts';

/** Kept init containers before there was a field for them; taken off every pod. */
const initContainerAnnotations = [
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
];

/** Fills in what a pod leaves out and brings old and new forms of its fields in step. */
export function defaults(object: KubeObject): void {
  const pod = object as unknown as IPod;
  defaultPod(pod);
  const { spec, status } = pod;
  if (spec && (spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  if (status) mirrorAddress(status);
  const { annotations } = object.metadata;
  if (annotations) for (const key of initContainerAnnotations) delete annotations[key];
}

/** `podIP` is the first of `podIPs`; when both are given and differ, the sender knows only the single one. */
function mirrorAddress(status: IPodStatus): void {
  const [first] = status.podIPs ?? [];
  if (status.podIP && status.podIP !== first?.ip) status.podIPs = [{ ip: status.podIP }];
  else if (first?.ip) status.podIP = first.ip;
}
