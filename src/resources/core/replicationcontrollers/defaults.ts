import type { IReplicationController } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { defaultPodTemplate } from '../../validation/pods-defaults.ts';

const isEmpty = (map: object | undefined) => Object.keys(map ?? {}).length === 0;

/** Selector and labels follow the labels of the template. */
export function defaults(object: KubeObject): void {
  const spec = structIn<NonNullable<IReplicationController['spec']>>(object, 'spec');
  spec.replicas ??= 1;
  if (!spec.template) return;
  const labels = spec.template.metadata?.labels;
  if (labels && !isEmpty(labels)) {
    if (isEmpty(spec.selector)) spec.selector = { ...labels };
    if (isEmpty(object.metadata.labels)) object.metadata.labels = { ...labels };
  }
  defaultPodTemplate(spec.template);
}
