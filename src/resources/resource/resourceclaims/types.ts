import type { IResourceClaimStatus } from 'kubernetes-models/resource.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

export const statusOf = (claim: KubeObject): IResourceClaimStatus => readStruct(claim, 'status');

interface DeviceReference {
  readonly driver?: string;
  readonly pool?: string;
  readonly device?: string;
  readonly shareID?: string;
}

/** `driver/pool/device`, and the share when the device is shared: what tells allocated devices apart. */
export const deviceIdOf = ({ driver = '', pool = '', device = '', shareID }: DeviceReference): string =>
  [driver, pool, device, ...(shareID === undefined ? [] : [shareID])].join('/');

/** The same as messages print it, with the names of Go's fields. */
export const printedId = ({ driver = '', pool = '', device = '', shareID = '' }: DeviceReference) => ({
  Driver: driver,
  Pool: pool,
  Device: device,
  ShareID: shareID,
});

export const allocatedIds = (claim: KubeObject): Set<string> =>
  new Set((statusOf(claim).allocation?.devices?.results ?? []).map(deviceIdOf));
