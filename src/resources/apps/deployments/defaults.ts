import type { IDeploymentSpec, IDeploymentStrategy } from 'kubernetes-models/apps/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { defaultPodTemplate } from '../../validation/pods-defaults.ts';

const defaultReplicas = 1;
const defaultRevisionHistoryLimit = 10;
const defaultProgressDeadlineSeconds = 600;

export function defaults(object: KubeObject): void {
  const spec = structIn<IDeploymentSpec>(object, 'spec');
  defaultPodTemplate(structIn(spec, 'template'));
  spec.replicas ??= defaultReplicas;
  defaultStrategy(structIn(spec, 'strategy'));
  spec.revisionHistoryLimit ??= defaultRevisionHistoryLimit;
  spec.progressDeadlineSeconds ??= defaultProgressDeadlineSeconds;
}

function defaultStrategy(strategy: IDeploymentStrategy): void {
  strategy.type ||= 'RollingUpdate';
  if (strategy.type !== 'RollingUpdate') return;
  strategy.rollingUpdate ??= {};
  strategy.rollingUpdate.maxUnavailable ??= '25%';
  strategy.rollingUpdate.maxSurge ??= '25%';
}
