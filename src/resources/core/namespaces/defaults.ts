import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';

const nameLabel = 'kubernetes.io/metadata.name';

/** Every namespace carries its own name as a label, so that selectors can name it. */
export function labelWithName({ metadata }: KubeObject): void {
  if (metadata.name) metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name };
}

export function defaults(object: KubeObject): void {
  labelWithName(object);
  const status = structIn<{ phase?: string }>(object, 'status');
  if (!status.phase) status.phase = 'Active';
}
