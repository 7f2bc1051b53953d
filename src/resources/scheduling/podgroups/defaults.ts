import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import type { PodGroupSpec } from '../types.ts';

export function defaults(object: KubeObject): void {
  structIn<PodGroupSpec>(object, 'spec').disruptionMode ??= 'Pod';
}
