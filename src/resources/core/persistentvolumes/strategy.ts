import type { IPersistentVolume, IPersistentVolumeStatus } from 'kubernetes-models/v1';
import { formatTime } from '../../../apimachinery/clock.ts';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy, WriteContext } from '../../../scheme/definition.ts';
import { structIn } from '../../struct-fields.ts';
import { nodeSelectorTermWarnings } from '../../warnings/node-labels.ts';
import { retiredSourceWarnings } from '../../warnings/volumes.ts';
import { validateVolume, validateVolumeStatus, validateVolumeUpdate } from './validation.ts';

const deadAnnotations = [
  [
    'volume.beta.kubernetes.io/storage-class',
    'deprecated since v1.8; use "storageClassName" attribute instead',
  ],
  ['volume.beta.kubernetes.io/mount-options', 'deprecated since v1.31; use "mountOptions" attribute instead'],
] as const;

/** Of the retired sources the ones that are warned about here, in this order. */
const retiredSources = [
  'cephfs',
  'photonPersistentDisk',
  'scaleIO',
  'storageos',
  'glusterfs',
  'rbd',
] as const;

function warnings(object: KubeObject): string[] {
  const spec = (object as unknown as IPersistentVolume).spec ?? {};
  const annotations = object.metadata.annotations ?? {};
  const termsPath = FieldPath.of('spec', 'nodeAffinity', 'required', 'nodeSelectorTerms');
  return [
    ...deadAnnotations
      .filter(([key]) => Object.hasOwn(annotations, key))
      .map(([key, message]) => `metadata.annotations[${key}]: ${message}`),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...(spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((term, i) =>
      nodeSelectorTermWarnings(term, false, termsPath.index(i)),
    ),
    ...retiredSourceWarnings(spec, retiredSources, FieldPath.of('spec')),
  ];
}

const statusOf = (object: KubeObject) => structIn<IPersistentVolumeStatus>(object, 'status');

/** The time of a phase is kept by whoever changes the phase or, when they don't, by the server. */
function keepTransitionTime(object: KubeObject, oldObject: KubeObject, { clock }: WriteContext): void {
  const status = statusOf(object);
  const old = (oldObject as unknown as IPersistentVolume).status ?? {};
  const given = status.lastPhaseTransitionTime;
  if (status.phase === old.phase) {
    if (given === undefined && old.lastPhaseTransitionTime !== undefined) {
      status.lastPhaseTransitionTime = old.lastPhaseTransitionTime;
    }
  } else if (given === undefined || given === old.lastPhaseTransitionTime) {
    status.lastPhaseTransitionTime = formatTime(clock.now());
  }
}

export const strategy: Strategy = {
  prepareForCreate: (object, { clock }) => {
    object['status'] = { phase: 'Pending', lastPhaseTransitionTime: formatTime(clock.now()) };
  },
  validate: validateVolume,
  validateUpdate: validateVolumeUpdate,
  warnings,
  deleteReturnsObject: true,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  prepareForUpdate: keepTransitionTime,
  validateUpdate: validateVolumeStatus,
  resetFields: ['spec'],
};
