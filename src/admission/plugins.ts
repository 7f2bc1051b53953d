import { alwaysAdmit } from './always-admit/plugin.ts';
import { alwaysDeny } from './always-deny/plugin.ts';
import { alwaysPullImages } from './always-pull-images/plugin.ts';
import { certificateApproval } from './certificate-approval/plugin.ts';
import { certificateSigning } from './certificate-signing/plugin.ts';
import { certificateSubjectRestriction } from './certificate-subject-restriction/plugin.ts';
import { clusterTrustBundleAttest } from './cluster-trust-bundle-attest/plugin.ts';
import { defaultIngressClass } from './default-ingress-class/plugin.ts';
import { defaultStorageClass } from './default-storage-class/plugin.ts';
import { defaultTolerations } from './default-toleration-seconds/plugin.ts';
import { denyServiceExternalIps } from './deny-service-external-ips/plugin.ts';
import { eventRateLimit } from './event-rate-limit/plugin.ts';
import { extendedResourceToleration } from './extended-resource-toleration/plugin.ts';
import { imagePolicyWebhook } from './image-policy-webhook/plugin.ts';
import { limitPodHardAntiAffinityTopology } from './limit-pod-hard-anti-affinity-topology/plugin.ts';
import { limitRanger } from './limit-ranger/plugin.ts';
import { namespaceAutoProvision } from './namespace-auto-provision/plugin.ts';
import { namespaceExists } from './namespace-exists/plugin.ts';
import { namespaceLifecycle } from './namespace-lifecycle/plugin.ts';
import { nodeDeclaredFeatureValidator } from './node-declared-feature-validator/plugin.ts';
import { nodeRestriction } from './node-restriction/plugin.ts';
import { ownerReferencesPermissionEnforcement } from './owner-references-permission-enforcement/plugin.ts';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize/plugin.ts';
import { podNodeSelector } from './pod-node-selector/plugin.ts';
import { podResizeValidator } from './pod-resize-validator/plugin.ts';
import { podSecurity } from './pod-security/plugin.ts';
import { podTolerationRestriction } from './pod-toleration-restriction/plugin.ts';
import { podTopologyLabels } from './pod-topology-labels/plugin.ts';
import { priority } from './priority/plugin.ts';
import { resourceQuota } from './resource-quota/plugin.ts';
import { runtimeClass } from './runtime-class/plugin.ts';
import { serviceAccount } from './service-account/plugin.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection/plugin.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition/plugin.ts';
import type { AdmissionPluginFactory } from './types.ts';
import { mutatingAdmissionWebhook } from './webhooks/mutating.ts';
import { validatingAdmissionWebhook } from './webhooks/validating.ts';

/** One plugin of the reference server. */
export interface BuiltinPlugin {
  /** As the flags name it. */
  readonly name: string;
  readonly factory: AdmissionPluginFactory;
  readonly onByDefault: boolean;
  /** Controllers without which it refuses what it should let pass, or holds what should go: by default it is on only beside them. */
  readonly besideControllers?: readonly string[];
  /** Why the plugin cannot be on without a configuration. */
  readonly withoutConfiguration?: string;
}

/** In the order in which they run: the reference server's `AllOrderedPlugins`. */
export const builtinPlugins: readonly BuiltinPlugin[] = [
  { name: 'AlwaysAdmit', factory: alwaysAdmit, onByDefault: false },
  { name: 'NamespaceAutoProvision', factory: namespaceAutoProvision, onByDefault: false },
  { name: 'NamespaceLifecycle', factory: namespaceLifecycle, onByDefault: true },
  { name: 'NamespaceExists', factory: namespaceExists, onByDefault: false },
  { name: 'LimitPodHardAntiAffinityTopology', factory: limitPodHardAntiAffinityTopology, onByDefault: false },
  { name: 'LimitRanger', factory: limitRanger, onByDefault: true },
  {
    name: 'ServiceAccount',
    factory: serviceAccount,
    onByDefault: true,
    besideControllers: ['serviceaccount-controller', 'root-ca-certificate-publisher-controller'],
  },
  { name: 'NodeRestriction', factory: nodeRestriction, onByDefault: false },
  { name: 'TaintNodesByCondition', factory: taintNodesByCondition, onByDefault: true },
  { name: 'AlwaysPullImages', factory: alwaysPullImages, onByDefault: false },
  {
    name: 'ImagePolicyWebhook',
    factory: imagePolicyWebhook,
    onByDefault: false,
    withoutConfiguration: 'no config specified',
  },
  { name: 'PodSecurity', factory: podSecurity, onByDefault: true },
  { name: 'PodNodeSelector', factory: podNodeSelector, onByDefault: false },
  { name: 'Priority', factory: priority, onByDefault: true },
  { name: 'DefaultTolerationSeconds', factory: defaultTolerations, onByDefault: true },
  { name: 'PodTolerationRestriction', factory: podTolerationRestriction, onByDefault: false },
  {
    name: 'EventRateLimit',
    factory: eventRateLimit,
    onByDefault: false,
    withoutConfiguration: 'limits: Invalid value: null: must not be empty',
  },
  { name: 'ExtendedResourceToleration', factory: extendedResourceToleration, onByDefault: false },
  { name: 'DefaultStorageClass', factory: defaultStorageClass, onByDefault: true },
  {
    name: 'StorageObjectInUseProtection',
    factory: storageObjectInUseProtection,
    onByDefault: true,
    besideControllers: [
      'persistentvolumeclaim-protection-controller',
      'persistentvolume-protection-controller',
    ],
  },
  {
    name: 'OwnerReferencesPermissionEnforcement',
    factory: ownerReferencesPermissionEnforcement,
    onByDefault: false,
  },
  { name: 'PersistentVolumeClaimResize', factory: persistentVolumeClaimResize, onByDefault: true },
  { name: 'RuntimeClass', factory: runtimeClass, onByDefault: true },
  { name: 'CertificateApproval', factory: certificateApproval, onByDefault: true },
  { name: 'CertificateSigning', factory: certificateSigning, onByDefault: true },
  { name: 'ClusterTrustBundleAttest', factory: clusterTrustBundleAttest, onByDefault: true },
  { name: 'CertificateSubjectRestriction', factory: certificateSubjectRestriction, onByDefault: true },
  { name: 'DefaultIngressClass', factory: defaultIngressClass, onByDefault: true },
  { name: 'DenyServiceExternalIPs', factory: denyServiceExternalIps, onByDefault: false },
  { name: 'PodTopologyLabels', factory: podTopologyLabels, onByDefault: true },
  { name: 'NodeDeclaredFeatureValidator', factory: nodeDeclaredFeatureValidator, onByDefault: true },
  { name: 'PodResizeValidator', factory: podResizeValidator, onByDefault: true },
  { name: 'MutatingAdmissionWebhook', factory: mutatingAdmissionWebhook, onByDefault: true },
  { name: 'ValidatingAdmissionWebhook', factory: validatingAdmissionWebhook, onByDefault: true },
  { name: 'ResourceQuota', factory: resourceQuota, onByDefault: true },
  { name: 'AlwaysDeny', factory: alwaysDeny, onByDefault: false },
];

/**
 * Plugins of the reference server that are not there yet; flags may name them. Those for pod groups and JobValidation
 * do nothing there either as long as the features they belong to are off.
 */
export const absentPlugins: readonly string[] = [
  'PodGroupProtection',
  'PodGroupWorkloadExists',
  'JobValidation',
  'MutatingAdmissionPolicy',
  'ValidatingAdmissionPolicy',
];
