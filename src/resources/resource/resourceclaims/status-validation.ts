import type {
  IResourceClaimConsumerReference,
  IResourceClaimSpec,
} from 'kubernetes-models/resource.k8s.io/v1';
import { type FieldError, FieldPath, forbidden, required } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import type { WriteContext } from '../../../scheme/definition.ts';
import { validateAdminAccess } from '../admin-access.ts';
import { devicesOf } from '../claim-spec.ts';
import { validateSet } from '../lists.ts';
import { requestNamesOf } from '../request-names.ts';
import { validateAllocation } from './allocation.ts';
import { validateDeviceStatus } from './device-status.ts';
import { allocatedIds, deviceIdOf, statusOf } from './types.ts';

const maxReservedFor = 256;
const path = FieldPath.of('status');

export function validateClaimStatus(claim: KubeObject, old: KubeObject, context: WriteContext): FieldError[] {
  const { reservedFor, devices, allocation } = statusOf(claim);
  const allocated = allocatedIds(claim);
  const before = statusOf(old).allocation?.devices?.results ?? [];
  const results = before.some(({ adminAccess }) => adminAccess) ? [] : (allocation?.devices?.results ?? []);
  return [
    ...validateAdminAccess(results, context, path.child('allocation', 'devices', 'results')),
    ...validateSet(
      reservedFor,
      maxReservedFor,
      path.child('reservedFor'),
      ({ uid }) => uid,
      validateConsumer,
    ),
    ...validateSet(devices, Number.POSITIVE_INFINITY, path.child('devices'), deviceIdOf, (device, at) =>
      validateDeviceStatus(device, allocated, at),
    ),
    ...validateReservation(claim, old),
    ...validateAllocationChange(claim, old),
  ];
}

const validateConsumer = (consumer: IResourceClaimConsumerReference, at: FieldPath): FieldError[] =>
  (['resource', 'name', 'uid'] as const)
    .filter((field) => !consumer[field])
    .map((field) => required(at.child(field)));

/** Only what is allocated can be reserved, and nobody joins a claim that is on its way out. */
function validateReservation(claim: KubeObject, old: KubeObject): FieldError[] {
  const { reservedFor = [], allocation } = statusOf(claim);
  const reservedPath = path.child('reservedFor');
  if (reservedFor.length === 0) return [];
  if (!allocation) return [forbidden(reservedPath, 'may not be specified when `allocated` is not set')];
  if (claim.metadata.deletionTimestamp === undefined) return [];
  const before = statusOf(old).reservedFor ?? [];
  const joined = reservedFor.some((consumer) => !before.some((known) => jsonEqual(known, consumer)));
  const detail = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
  return joined ? [forbidden(reservedPath, detail)] : [];
}

function validateAllocationChange(claim: KubeObject, old: KubeObject): FieldError[] {
  const { allocation } = statusOf(claim);
  const { allocation: before } = statusOf(old);
  const allocationPath = path.child('allocation');
  if (!allocation) return [];
  if (before) return validateImmutableField(allocation, before, allocationPath);
  const names = requestNamesOf(devicesOf(claim['spec'] as IResourceClaimSpec | undefined));
  return validateAllocation(allocation, names, allocationPath);
}
