import { refuse } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionRequest } from '../types.ts';

const leaseNamespace = 'kube-node-lease';

/** A node renews the lease that is called like it. */
export function checkLease(node: string, request: AdmissionRequest): void {
  if (request.namespace !== leaseNamespace) {
    throw refuse(request, `can only access leases in the ${JSON.stringify(leaseNamespace)} system namespace`);
  }
  if (nameOf(request) !== node) {
    throw refuse(request, 'can only access node lease with the same name as the requesting node');
  }
}

export function checkCsiNode(node: string, request: AdmissionRequest): void {
  if (nameOf(request) !== node) {
    throw refuse(request, 'can only access CSINode with the same name as the requesting node');
  }
}

/** A node publishes its devices; that it updates no other's is for the authorizer to see. */
export function checkResourceSlice(node: string, request: AdmissionRequest): void {
  const { operation, object, oldObject } = request;
  const slice = operation === 'CREATE' ? object : operation === 'DELETE' ? oldObject : undefined;
  if (!slice || readSpec<{ nodeName?: string }>(slice).nodeName === node) return;
  const verb = operation === 'CREATE' ? 'create' : 'delete';
  throw refuse(request, `can only ${verb} ResourceSlice with the same NodeName as the requesting node`);
}

const nameOf = ({ name, object }: AdmissionRequest): string => name || (object?.metadata.name ?? '');
