import type { IReplicaSetSpec } from 'kubernetes-models/apps/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { defaultPodTemplate } from '../../validation/pods-defaults.ts';

const defaultReplicas = 1;

export function defaults(object: KubeObject): void {
  const spec = structIn<IReplicaSetSpec>(object, 'spec');
  defaultPodTemplate(structIn(spec, 'template'));
  spec.replicas ??= defaultReplicas;
}
