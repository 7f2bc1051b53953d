import type {
  IStatefulSetPersistentVolumeClaimRetentionPolicy,
  IStatefulSetSpec,
  IStatefulSetUpdateStrategy,
} from 'kubernetes-models/apps/v1';
import type { IPersistentVolumeClaimSpec, IPersistentVolumeClaimStatus } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';
import { defaultPodTemplate } from '../../validation/pods-defaults.ts';
import { roundResourceList } from '../../validation/resource-list.ts';

const defaultReplicas = 1;
const defaultRevisionHistoryLimit = 10;

export function defaults(object: KubeObject): void {
  const spec = structIn<IStatefulSetSpec>(object, 'spec');
  defaultPodTemplate(structIn(spec, 'template'));
  for (const claim of spec.volumeClaimTemplates ?? []) defaultClaim(claim);
  spec.podManagementPolicy ||= 'OrderedReady';
  defaultUpdateStrategy(structIn(spec, 'updateStrategy'));
  defaultRetention(structIn(spec, 'persistentVolumeClaimRetentionPolicy'));
  spec.replicas ??= defaultReplicas;
  spec.revisionHistoryLimit ??= defaultRevisionHistoryLimit;
}

/** Templates of claims say of what kind they are, whatever the sender wrote. */
function defaultClaim(claim: { apiVersion?: string; kind?: string }): void {
  claim.apiVersion = 'v1';
  claim.kind = 'PersistentVolumeClaim';
  structIn<IPersistentVolumeClaimStatus>(claim, 'status').phase ||= 'Pending';
  const spec = structIn<IPersistentVolumeClaimSpec>(claim, 'spec');
  spec.volumeMode ??= 'Filesystem';
  roundResourceList(spec.resources?.limits);
  roundResourceList(spec.resources?.requests);
}

function defaultUpdateStrategy(strategy: IStatefulSetUpdateStrategy): void {
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0;
}

function defaultRetention(policy: IStatefulSetPersistentVolumeClaimRetentionPolicy): void {
  policy.whenDeleted ||= 'Retain';
  policy.whenScaled ||= 'Retain';
}
