import { certificateSubjectRestriction } from './certificate-subject-restriction/plugin.ts';
import { defaultIngressClass } from './default-ingress-class/plugin.ts';
import { defaultStorageClass } from './default-storage-class/plugin.ts';
import { defaultTolerations } from './default-toleration-seconds/plugin.ts';
import { limitRanger } from './limit-ranger/plugin.ts';
import { namespaceLifecycle } from './namespace-lifecycle/plugin.ts';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize/plugin.ts';
import { podResizeValidator } from './pod-resize-validator/plugin.ts';
import { podTopologyLabels } from './pod-topology-labels/plugin.ts';
import { priority } from './priority/plugin.ts';
import { runtimeClass } from './runtime-class/plugin.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection/plugin.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition/plugin.ts';
import type { AdmissionPluginFactory } from './types.ts';

/** One plugin of the reference server. */
export interface BuiltinPlugin {
  /** As the flags name it. */
  readonly name: string;
  readonly factory: AdmissionPluginFactory;
  readonly onByDefault: boolean;
}

/** In the order in which they run: the reference server's `AllOrderedPlugins`. */
export const builtinPlugins: readonly BuiltinPlugin[] = [
  { name: 'NamespaceLifecycle', factory: namespaceLifecycle, onByDefault: true },
  { name: 'LimitRanger', factory: limitRanger, onByDefault: true },
  { name: 'TaintNodesByCondition', factory: taintNodesByCondition, onByDefault: true },
  { name: 'Priority', factory: priority, onByDefault: true },
  { name: 'DefaultTolerationSeconds', factory: defaultTolerations, onByDefault: true },
  { name: 'DefaultStorageClass', factory: defaultStorageClass, onByDefault: true },
  // Off, unlike on the reference server: as long as no controller takes the finalizers off again, volumes and claims
  // could never be deleted.
  { name: 'StorageObjectInUseProtection', factory: storageObjectInUseProtection, onByDefault: false },
  { name: 'PersistentVolumeClaimResize', factory: persistentVolumeClaimResize, onByDefault: true },
  { name: 'RuntimeClass', factory: runtimeClass, onByDefault: true },
  { name: 'CertificateSubjectRestriction', factory: certificateSubjectRestriction, onByDefault: true },
  { name: 'DefaultIngressClass', factory: defaultIngressClass, onByDefault: true },
  { name: 'PodTopologyLabels', factory: podTopologyLabels, onByDefault: true },
  { name: 'PodResizeValidator', factory: podResizeValidator, onByDefault: true },
];

/**
 * Plugins of the reference server that are not there yet; flags may name them. Those for pod groups and JobValidation
 * do nothing there either as long as the features they belong to are off.
 */
export const absentPlugins: readonly string[] = [
  'AlwaysAdmit',
  'NamespaceAutoProvision',
  'NamespaceExists',
  'LimitPodHardAntiAffinityTopology',
  'ServiceAccount',
  'NodeRestriction',
  'AlwaysPullImages',
  'ImagePolicyWebhook',
  'PodSecurity',
  'PodNodeSelector',
  'PodTolerationRestriction',
  'EventRateLimit',
  'ExtendedResourceToleration',
  'PodGroupProtection',
  'OwnerReferencesPermissionEnforcement',
  'CertificateApproval',
  'CertificateSigning',
  'ClusterTrustBundleAttest',
  'DenyServiceExternalIPs',
  'PodGroupWorkloadExists',
  'NodeDeclaredFeatureValidator',
  'JobValidation',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
  'ResourceQuota',
  'AlwaysDeny',
];
