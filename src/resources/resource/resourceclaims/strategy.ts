import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { validateClaimStatus } from './status-validation.ts';
import { allocatedIds, deviceIdOf, statusOf } from './types.ts';
import { validateClaim, validateClaimUpdate } from './validation.ts';

/** Nobody has to clean up what was reported about devices that the claim no longer has. */
function dropDeallocatedDevices(claim: KubeObject, old: KubeObject): void {
  const status = statusOf(claim);
  if (!status.devices) return;
  const [before, after] = [allocatedIds(old), allocatedIds(claim)];
  const kept = status.devices.filter((device) => {
    const id = deviceIdOf(device);
    return after.has(id) || !before.has(id);
  });
  if (kept.length > 0) status.devices = kept;
  else delete status.devices;
}

export const strategy: Strategy = {
  deleteReturnsObject: true,
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  prepareForUpdate: dropDeallocatedDevices,
  validateUpdate: validateClaimStatus,
  resetFields: ['metadata', 'spec'],
};
