import type { IPodTemplate } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { defaultPodTemplate } from '../../validation/pods-defaults.ts';

export function defaults(object: KubeObject): void {
  defaultPodTemplate(structIn<NonNullable<IPodTemplate['template']>>(object, 'template'));
}
