import type { IVolumeAttachmentSpec } from 'kubernetes-models/storage.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { roundResourceList } from '../../validation/resource-list.ts';
import { defaultVolumeSource } from '../../validation/volume-defaults.ts';

/** The source of an inline volume has the defaults of any volume; the rest of its spec has none. */
export function defaults(object: KubeObject): void {
  const inline = readStruct<IVolumeAttachmentSpec>(object, 'spec').source?.inlineVolumeSpec;
  if (!inline) return;
  roundResourceList(inline.capacity);
  defaultVolumeSource(inline);
}
