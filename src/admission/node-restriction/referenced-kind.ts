import type { IPodSpec, IVolume, IVolumeProjection } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import { configMapReferences } from '../../resources/core/pods/config-map-references.ts';
import { secretReferences } from '../../resources/core/pods/secret-references.ts';
import { readSpec } from '../structs.ts';

export interface Referenced {
  /** What kind of object of the API the pod needs, as refusals name it; undefined when it needs none. */
  readonly kind?: string;
  /** What cannot be told. */
  readonly error?: string;
}

/** Sources that need nothing from the API. */
const ownSources: readonly (keyof IVolume)[] = [
  'awsElasticBlockStore',
  'azureDisk',
  'cephfs',
  'cinder',
  'downwardAPI',
  'emptyDir',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'gitRepo',
  'hostPath',
  'image',
  'iscsi',
  'nfs',
  'photonPersistentDisk',
  'portworxVolume',
  'quobyte',
  'rbd',
  'scaleIO',
  'storageos',
  'vsphereVolume',
];

/** Sources that do, and what they need. */
const needs: readonly (readonly [keyof IVolume, string])[] = [
  ['configMap', 'configmaps (via configmap volumes)'],
  ['secret', 'secrets (via secret volumes)'],
  ['csi', 'csidrivers (via CSI volumes)'],
  ['glusterfs', 'endpoints (via glusterFS volumes)'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['ephemeral', 'persistentvolumeclaims (via ephemeral volumes)'],
  ['azureFile', 'secrets (via azureFile volumes)'],
];

const projectionNeeds: readonly (readonly [keyof IVolumeProjection, string])[] = [
  ['configMap', 'configmaps (via projected volumes)'],
  ['secret', 'secrets (via projected volumes)'],
  ['serviceAccountToken', 'serviceaccounts (via projected volumes)'],
  ['clusterTrustBundle', 'clustertrustbundles'],
  ['podCertificate', 'podcertificates'],
];

/** The first kind of object that a pod needs from the API (`podutil.HasAPIObjectReference`). */
export function referencedKind(pod: KubeObject): Referenced {
  const { serviceAccountName, volumes = [], resourceClaims = [] } = readSpec<IPodSpec>(pod);
  if (serviceAccountName) return { kind: 'serviceaccounts' };
  if (secretReferences(pod).length > 0) return { kind: 'secrets' };
  if (configMapReferences(pod).length > 0) return { kind: 'configmaps' };
  if (resourceClaims.length > 0) return { kind: 'resourceclaims' };
  for (const volume of volumes) {
    const found = inVolume(volume);
    if (found) return found;
  }
  return {};
}

function inVolume(volume: IVolume): Referenced | undefined {
  if (ownSources.some((source) => volume[source])) return undefined;
  const needed = needs.find(([source]) => volume[source]);
  if (needed) return { kind: needed[1] };
  if (!volume.projected) return { error: `unknown volume type for volume  ${JSON.stringify(volume.name)}` };
  for (const projection of volume.projected.sources ?? []) {
    const found = projectionNeeds.find(([source]) => projection[source]);
    if (found) return { kind: found[1] };
    if (!projection.downwardAPI) {
      return { error: `unknown source for projected volume ${JSON.stringify(volume.name)}` };
    }
  }
  return undefined;
}
