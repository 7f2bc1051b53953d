import type { ICSIDriverSpec } from 'kubernetes-models/storage.k8s.io/v1';
import type { IPersistentVolumeClaimSpec, IPersistentVolumeSpec, IVolume } from 'kubernetes-models/v1';
import type { GroupResource } from '../../apimachinery/gvk.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { persistentVolumeClaims } from '../request.ts';
import { readSpec } from '../structs.ts';

const persistentVolumes: GroupResource = { group: '', resource: 'persistentvolumes' };
const csiDrivers: GroupResource = { group: 'storage.k8s.io', resource: 'csidrivers' };

/** The drivers that took the place of those that were part of the project. */
const migrated: readonly (readonly [keyof IVolume & keyof IPersistentVolumeSpec, string])[] = [
  ['awsElasticBlockStore', 'ebs.csi.aws.com'],
  ['gcePersistentDisk', 'pd.csi.storage.gke.io'],
  ['azureDisk', 'disk.csi.azure.com'],
  ['azureFile', 'file.csi.azure.com'],
  ['cinder', 'cinder.csi.openstack.org'],
  ['portworxVolume', 'pxd.portworx.com'],
  ['vsphereVolume', 'csi.vsphere.vmware.com'],
];

export interface CsiDriver {
  /** Audiences of the tokens that the driver of the volume asks for; undefined when no driver serves it. */
  readonly audiences?: readonly string[];
  /** What was not found on the way to the driver. */
  readonly error?: string;
}

/** The driver of a pod's volume: named by it, or by the volume that its claim is bound to. */
export function csiDriverOf(reader: Reader, pod: KubeObject, volume: IVolume): CsiDriver {
  const claimName = volume.ephemeral?.volumeClaimTemplate
    ? `${pod.metadata.name}-${volume.name}`
    : volume.persistentVolumeClaim?.claimName;
  if (claimName === undefined) return driverCalled(reader, driverNameIn(volume));
  const claim = reader.get(persistentVolumeClaims, pod.metadata.namespace ?? '', claimName);
  if (!claim) return missing('persistentvolumeclaim', claimName);
  const { volumeName = '' } = readSpec<IPersistentVolumeClaimSpec>(claim);
  const found = reader.get(persistentVolumes, '', volumeName);
  if (!found) return missing('persistentvolume', volumeName);
  return driverCalled(reader, driverNameIn(readSpec<IPersistentVolumeSpec>(found)));
}

const driverNameIn = (source: IVolume | IPersistentVolumeSpec): string | undefined =>
  source.csi?.driver ?? migrated.find(([field]) => source[field])?.[1];

function driverCalled(reader: Reader, name: string | undefined): CsiDriver {
  if (!name) return {};
  const driver = reader.get(csiDrivers, '', name);
  if (!driver) return missing('csidriver.storage.k8s.io', name);
  return {
    audiences: (readSpec<ICSIDriverSpec>(driver).tokenRequests ?? []).map(({ audience }) => audience),
  };
}

const missing = (kind: string, name: string): CsiDriver => ({
  error: `${kind} ${JSON.stringify(name)} not found`,
});
