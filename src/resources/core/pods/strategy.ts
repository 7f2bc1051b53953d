import type { IPod, IPodSpec, IPodStatus } from 'kubernetes-models/v1';
import { formatTime } from '../../../apimachinery/clock.ts';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import { isDNS1123Label } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy, WriteContext } from '../../../scheme/definition.ts';
import { dropDisabledPodFields, dropDisabledPodStatusFields } from '../../disabled-pod-fields.ts';
import { specChanged } from '../../generation.ts';
import { warningsForIP } from '../../ip-fields.ts';
import { structIn } from '../../struct-fields.ts';
import { validatePodResize } from '../../validation/pod-resize.ts';
import { validatePodCreate } from '../../validation/pod-spec.ts';
import { validatePodStatusUpdate } from '../../validation/pod-status-update.ts';
import { validatePodEphemeralContainersUpdate, validatePodUpdate } from '../../validation/pod-update.ts';
import { computeQOSClass } from '../../validation/qos.ts';
import { podWarnings } from '../../warnings/pod.ts';
import { adoptAppArmorAnnotations } from './app-armor.ts';
import { mergeLabelKeys } from './label-keys.ts';
import { keepStatusParts } from './status-update.ts';
import { keepAllButEphemeralContainers, keepAllButResources } from './subresource-changes.ts';

const podOf = (object: KubeObject) => object as unknown as IPod;

const gatedCondition = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
} as const;

function prepareForCreate(object: KubeObject, { clock, warn }: WriteContext): void {
  dropDisabledPodFields(object, undefined);
  const spec = structIn<IPodSpec>(object, 'spec');
  const status: IPodStatus = { phase: 'Pending', qosClass: computeQOSClass(spec) };
  if ((spec.schedulingGates ?? []).length > 0) {
    status.conditions = [{ ...gatedCondition, lastTransitionTime: formatTime(clock.now()) }];
  }
  object['status'] = status;
  mergeLabelKeys(spec, object.metadata.labels ?? {});
  adoptAppArmorAnnotations(podOf(object), warn);
}

function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  if (old) return [];
  const nameProblems = isDNS1123Label(object.metadata.name ?? '');
  const text =
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";
  return [
    ...(nameProblems.length > 0 ? [`${text}: [${nameProblems.join(' ')}]`] : []),
    ...podWarnings(podOf(object)),
  ];
}

/** Pods that run nowhere or have ended go at once; others get the time they ask for (`CheckGracefulDelete`). */
function gracePeriodSeconds(object: KubeObject, requested: number | undefined): number {
  const { spec, status } = podOf(object);
  const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (!spec?.nodeName || ended) return 0;
  const seconds = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  prepareForCreate,
  prepareForUpdate: (object, old) => dropDisabledPodFields(object, old),
  validate: (object) => validatePodCreate(podOf(object)),
  validateUpdate: (object, old) => validatePodUpdate(podOf(object), podOf(old)),
  warnings,
  gracePeriodSeconds,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/ephemeralcontainers` writes nothing but the ephemeral containers. */
export const ephemeralcontainersStrategy: Strategy = {
  bumpsGeneration: specChanged,
  prepareForUpdate: (object, old) => {
    keepAllButEphemeralContainers(object, old);
    dropDisabledPodFields(object, old);
  },
  validateUpdate: (object, old) => validatePodEphemeralContainersUpdate(podOf(object), podOf(old)),
  resetFields: [],
};

/** `/resize` writes nothing but resources and resize policies. */
export const resizeStrategy: Strategy = {
  bumpsGeneration: specChanged,
  prepareForUpdate: keepAllButResources,
  validateUpdate: (object, old) => validatePodResize(podOf(object), podOf(old)),
  resetFields: [],
};

function statusWarnings(object: KubeObject): string[] {
  const { status } = podOf(object);
  return (['podIPs', 'hostIPs'] as const).flatMap((field) =>
    (status?.[field] ?? []).flatMap(({ ip }, i) =>
      warningsForIP(ip, FieldPath.of('status', field).index(i).child('ip')),
    ),
  );
}

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  prepareForUpdate: (object, old) => {
    keepStatusParts(object, old);
    dropDisabledPodStatusFields(object, old);
  },
  validateUpdate: (object, old) => validatePodStatusUpdate(podOf(object), podOf(old)),
  warnings: statusWarnings,
  resetFields: ['spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'],
};
