import type { IControllerRevision } from 'kubernetes-models/apps/v1/ControllerRevision';
import type { IDaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IReplicaSet } from 'kubernetes-models/apps/v1/ReplicaSet';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { ICertificateSigningRequest } from 'kubernetes-models/certificates.k8s.io/v1/CertificateSigningRequest';
import type { ILease } from 'kubernetes-models/coordination.k8s.io/v1/Lease';
import type { IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1/EndpointSlice';
import type { IIPAddress } from 'kubernetes-models/networking.k8s.io/v1/IPAddress';
import type { IServiceCIDR } from 'kubernetes-models/networking.k8s.io/v1/ServiceCIDR';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IClusterRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole';
import type { IResourceClaim } from 'kubernetes-models/resource.k8s.io/v1/ResourceClaim';
import type { IResourceClaimTemplate } from 'kubernetes-models/resource.k8s.io/v1/ResourceClaimTemplate';
import type { IPriorityClass } from 'kubernetes-models/scheduling.k8s.io/v1/PriorityClass';
import type { ICSINode } from 'kubernetes-models/storage.k8s.io/v1/CSINode';
import type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1/StorageClass';
import type { IVolumeAttachment } from 'kubernetes-models/storage.k8s.io/v1/VolumeAttachment';
import type { IVolumeAttributesClass } from 'kubernetes-models/storage.k8s.io/v1/VolumeAttributesClass';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IEndpoints } from 'kubernetes-models/v1/Endpoints';
import type { IEvent } from 'kubernetes-models/v1/Event';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { INode } from 'kubernetes-models/v1/Node';
import type { IPersistentVolume } from 'kubernetes-models/v1/PersistentVolume';
import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { IPod } from 'kubernetes-models/v1/Pod';
import type { IReplicationController } from 'kubernetes-models/v1/ReplicationController';
import type { IResourceQuota } from 'kubernetes-models/v1/ResourceQuota';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { AnyStored, Namespaced, Resource, Stored } from './resource.ts';

/** Built-in kinds with the types of `kubernetes-models`, which are made from the API's own OpenAPI document. */
export type ConfigMap = Namespaced<IConfigMap>;
export type ControllerRevision = Namespaced<IControllerRevision>;
export type CronJob = Namespaced<ICronJob>;
export type CertificateSigningRequest = Stored<ICertificateSigningRequest>;
export type ClusterRole = Stored<IClusterRole>;
export type CSINode = Stored<ICSINode>;
export type DaemonSet = Namespaced<IDaemonSet>;
export type Deployment = Namespaced<IDeployment>;
export type Endpoints = Namespaced<IEndpoints>;
export type EndpointSlice = Namespaced<IEndpointSlice>;
export type Event = Namespaced<IEvent>;
export type HorizontalPodAutoscaler = Namespaced<IHorizontalPodAutoscaler>;
export type IPAddress = Stored<IIPAddress>;
export type Job = Namespaced<IJob>;
export type Lease = Namespaced<ILease>;
export type Namespace = Stored<INamespace>;
export type Node = Stored<INode>;
export type PersistentVolume = Stored<IPersistentVolume>;
export type PersistentVolumeClaim = Namespaced<IPersistentVolumeClaim>;
export type Pod = Namespaced<IPod>;
export type PodDisruptionBudget = Namespaced<IPodDisruptionBudget>;
export type PriorityClass = Stored<IPriorityClass>;
export type ReplicaSet = Namespaced<IReplicaSet>;
export type ReplicationController = Namespaced<IReplicationController>;
export type ResourceClaim = Namespaced<IResourceClaim>;
export type ResourceClaimTemplate = Namespaced<IResourceClaimTemplate>;
export type ResourceQuota = Namespaced<IResourceQuota>;
export type Secret = Namespaced<ISecret>;
export type Service = Namespaced<IService>;
export type ServiceAccount = Namespaced<IServiceAccount>;
export type ServiceCIDR = Stored<IServiceCIDR>;
export type StatefulSet = Namespaced<IStatefulSet>;
export type StorageClass = Stored<IStorageClass>;
export type VolumeAttributesClass = Stored<IVolumeAttributesClass>;
export type VolumeAttachment = Stored<IVolumeAttachment>;

/** Describes a collection: `namespaced<Pod>('', 'v1', 'pods', 'Pod')`. */
export const namespaced = <T extends AnyStored>(
  group: string,
  version: string,
  resource: string,
  kind: string,
): Resource<T> => Object.freeze({ group, version, resource, kind, namespaced: true, metadataOnly: false });

/** The same for objects without a namespace. */
export const clusterScoped = <T extends AnyStored>(
  group: string,
  version: string,
  resource: string,
  kind: string,
): Resource<T> => Object.freeze({ group, version, resource, kind, namespaced: false, metadataOnly: false });

export const certificateSigningRequests = clusterScoped<CertificateSigningRequest>(
  'certificates.k8s.io',
  'v1',
  'certificatesigningrequests',
  'CertificateSigningRequest',
);
export const clusterRoles = clusterScoped<ClusterRole>(
  'rbac.authorization.k8s.io',
  'v1',
  'clusterroles',
  'ClusterRole',
);
export const configMaps = namespaced<ConfigMap>('', 'v1', 'configmaps', 'ConfigMap');
export const controllerRevisions = namespaced<ControllerRevision>(
  'apps',
  'v1',
  'controllerrevisions',
  'ControllerRevision',
);
export const cronJobs = namespaced<CronJob>('batch', 'v1', 'cronjobs', 'CronJob');
export const csiNodes = clusterScoped<CSINode>('storage.k8s.io', 'v1', 'csinodes', 'CSINode');
export const daemonSets = namespaced<DaemonSet>('apps', 'v1', 'daemonsets', 'DaemonSet');
export const deployments = namespaced<Deployment>('apps', 'v1', 'deployments', 'Deployment');
export const endpoints = namespaced<Endpoints>('', 'v1', 'endpoints', 'Endpoints');
export const endpointSlices = namespaced<EndpointSlice>(
  'discovery.k8s.io',
  'v1',
  'endpointslices',
  'EndpointSlice',
);
export const events = namespaced<Event>('', 'v1', 'events', 'Event');
export const horizontalPodAutoscalers = namespaced<HorizontalPodAutoscaler>(
  'autoscaling',
  'v2',
  'horizontalpodautoscalers',
  'HorizontalPodAutoscaler',
);
export const ipAddresses = clusterScoped<IPAddress>('networking.k8s.io', 'v1', 'ipaddresses', 'IPAddress');
export const jobs = namespaced<Job>('batch', 'v1', 'jobs', 'Job');
export const leases = namespaced<Lease>('coordination.k8s.io', 'v1', 'leases', 'Lease');
export const namespaces = clusterScoped<Namespace>('', 'v1', 'namespaces', 'Namespace');
export const nodes = clusterScoped<Node>('', 'v1', 'nodes', 'Node');
export const persistentVolumes = clusterScoped<PersistentVolume>(
  '',
  'v1',
  'persistentvolumes',
  'PersistentVolume',
);
export const persistentVolumeClaims = namespaced<PersistentVolumeClaim>(
  '',
  'v1',
  'persistentvolumeclaims',
  'PersistentVolumeClaim',
);
export const podDisruptionBudgets = namespaced<PodDisruptionBudget>(
  'policy',
  'v1',
  'poddisruptionbudgets',
  'PodDisruptionBudget',
);
export const pods = namespaced<Pod>('', 'v1', 'pods', 'Pod');
export const priorityClasses = clusterScoped<PriorityClass>(
  'scheduling.k8s.io',
  'v1',
  'priorityclasses',
  'PriorityClass',
);
export const replicaSets = namespaced<ReplicaSet>('apps', 'v1', 'replicasets', 'ReplicaSet');
export const replicationControllers = namespaced<ReplicationController>(
  '',
  'v1',
  'replicationcontrollers',
  'ReplicationController',
);
export const resourceClaims = namespaced<ResourceClaim>(
  'resource.k8s.io',
  'v1',
  'resourceclaims',
  'ResourceClaim',
);
export const resourceClaimTemplates = namespaced<ResourceClaimTemplate>(
  'resource.k8s.io',
  'v1',
  'resourceclaimtemplates',
  'ResourceClaimTemplate',
);
export const resourceQuotas = namespaced<ResourceQuota>('', 'v1', 'resourcequotas', 'ResourceQuota');
export const secrets = namespaced<Secret>('', 'v1', 'secrets', 'Secret');
export const serviceAccounts = namespaced<ServiceAccount>('', 'v1', 'serviceaccounts', 'ServiceAccount');
export const serviceCidrs = clusterScoped<ServiceCIDR>(
  'networking.k8s.io',
  'v1',
  'servicecidrs',
  'ServiceCIDR',
);
export const services = namespaced<Service>('', 'v1', 'services', 'Service');
export const statefulSets = namespaced<StatefulSet>('apps', 'v1', 'statefulsets', 'StatefulSet');
export const storageClasses = clusterScoped<StorageClass>(
  'storage.k8s.io',
  'v1',
  'storageclasses',
  'StorageClass',
);
export const volumeAttachments = clusterScoped<VolumeAttachment>(
  'storage.k8s.io',
  'v1',
  'volumeattachments',
  'VolumeAttachment',
);
export const volumeAttributesClasses = clusterScoped<VolumeAttributesClass>(
  'storage.k8s.io',
  'v1',
  'volumeattributesclasses',
  'VolumeAttributesClass',
);
