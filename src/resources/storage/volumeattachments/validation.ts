import type {
  IVolumeAttachmentSource,
  IVolumeAttachmentSpec,
  IVolumeAttachmentStatus,
  IVolumeError,
} from 'kubernetes-models/storage.k8s.io/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  required,
  tooLong,
} from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { byteLength, isDNS1123Subdomain, rangeMessage } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateInlineVolumeSpec } from '../../validation/persistent-volume-spec.ts';
import { invalidFor } from '../../validation/values.ts';
import { validateCSIDriverName } from '../../validation/volume-sources.ts';
import { bytesOf } from '../parameters.ts';

const maxMetadataBytes = 256 * 1024;
const maxErrorMessageBytes = 1024;
const maxErrorCode = 2 ** 31 - 1;

const specPath = FieldPath.of('spec');

export function validateVolumeAttachment(object: KubeObject): FieldError[] {
  const { attacher = '', source, nodeName = '' } = readStruct<IVolumeAttachmentSpec>(object, 'spec');
  const volumeName = source?.persistentVolumeName;
  const volumeNamePath = specPath.child('source', 'persistentVolumeName');
  return [
    ...validateCSIDriverName(attacher, specPath.child('attacher')),
    ...validateSource(source ?? {}, specPath.child('source')),
    ...invalidFor(isDNS1123Subdomain(nodeName), nodeName, specPath.child('nodeName')),
    ...validateStatus(readStruct(object, 'status'), FieldPath.of('status')),
    ...(volumeName === undefined
      ? []
      : invalidFor(isDNS1123Subdomain(volumeName), volumeName, volumeNamePath)),
  ];
}

export const validateVolumeAttachmentUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateVolumeAttachment(object),
  ...validateImmutableField(object['spec'], old['spec'], specPath),
];

function validateSource(source: IVolumeAttachmentSource, path: FieldPath): FieldError[] {
  const { inlineVolumeSpec, persistentVolumeName } = source;
  const detail = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (!inlineVolumeSpec && persistentVolumeName === undefined) return [required(path, detail)];
  if (inlineVolumeSpec && persistentVolumeName !== undefined) return [forbidden(path, detail)];
  if (inlineVolumeSpec) return validateInlineVolumeSpec(inlineVolumeSpec, path.child('inlineVolumeSpec'));
  return persistentVolumeName === ''
    ? [required(path.child('persistentVolumeName'), 'must specify non empty persistentVolumeName')]
    : [];
}

function validateStatus(status: IVolumeAttachmentStatus, path: FieldPath): FieldError[] {
  const metadataPath = path.child('attachmentMetadata');
  return [
    ...(bytesOf(status.attachmentMetadata ?? {}) > maxMetadataBytes
      ? [tooLong(metadataPath, maxMetadataBytes)]
      : []),
    ...validateVolumeError(status.attachError, path.child('attachError')),
    ...validateVolumeError(status.detachError, path.child('detachError')),
  ];
}

function validateVolumeError(error: IVolumeError | undefined, path: FieldPath): FieldError[] {
  const { message = '', errorCode } = error ?? {};
  return [
    // The reference server names the limit of another field.
    ...(byteLength(message) > maxErrorMessageBytes ? [tooLong(path.child('message'), maxMetadataBytes)] : []),
    ...(errorCode !== undefined && errorCode < 0
      ? [invalid(path.child('errorCode'), errorCode, rangeMessage(0, maxErrorCode))]
      : []),
  ];
}
