import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

interface SliceSpec {
  nodeName?: string;
  allNodes?: boolean;
  devices?: Record<string, unknown>[];
}

/** In v1beta1 all about a device but its name stands in `basic`, and an empty node name means none. */
export function fromV1beta1(slice: KubeObject): KubeObject {
  const spec = readStruct<SliceSpec>(slice, 'spec');
  if (spec.nodeName === '') delete spec.nodeName;
  if (spec.allNodes === false) delete spec.allNodes;
  spec.devices = spec.devices?.map(({ basic, ...device }) => ({ ...device, ...(basic as object) }));
  if (spec.devices === undefined) delete spec.devices;
  return slice;
}

/** The inverse of `fromV1beta1`. */
export function toV1beta1(slice: KubeObject): KubeObject {
  const spec = readStruct<SliceSpec>(slice, 'spec');
  if (spec.devices) spec.devices = spec.devices.map(({ name, ...basic }) => ({ name, basic }));
  return slice;
}
