import type { IDaemonSetSpec, IDaemonSetUpdateStrategy } from 'kubernetes-models/apps/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { defaultPodTemplate } from '../../validation/pods-defaults.ts';

const defaultRevisionHistoryLimit = 10;
const defaultMaxUnavailable = 1;
const defaultMaxSurge = 0;

export function defaults(object: KubeObject): void {
  const spec = structIn<IDaemonSetSpec>(object, 'spec');
  defaultPodTemplate(structIn(spec, 'template'));
  defaultUpdateStrategy(structIn(spec, 'updateStrategy'));
  spec.revisionHistoryLimit ??= defaultRevisionHistoryLimit;
}

function defaultUpdateStrategy(strategy: IDaemonSetUpdateStrategy): void {
  strategy.type ||= 'RollingUpdate';
  if (strategy.type !== 'RollingUpdate') return;
  strategy.rollingUpdate ??= {};
  strategy.rollingUpdate.maxUnavailable ??= defaultMaxUnavailable;
  strategy.rollingUpdate.maxSurge ??= defaultMaxSurge;
}
