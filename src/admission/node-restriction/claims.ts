import { isRecord, jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import { refuse } from '../request.ts';
import type { AdmissionRequest } from '../types.ts';

/** What a node reports about a claim once it has grown a volume. */
const reported: ReadonlySet<string> = new Set([
  'capacity',
  'conditions',
  'allocatedResourceStatuses',
  'allocatedResources',
]);

/** A node reports that a volume has grown, and changes nothing else about its claim. */
export function checkClaim(node: string, request: AdmissionRequest): void {
  const { operation, subresource, object, oldObject } = request;
  if (subresource !== 'status') throw refuse(request, 'may only update PVC status');
  if (operation !== 'UPDATE' || !object || !oldObject) {
    throw refuse(request, `unexpected operation ${JSON.stringify(operation)}`);
  }
  const [now, before] = [withoutReports(object), withoutReports(oldObject)];
  const changed = [...new Set([...Object.keys(now), ...Object.keys(before)])].filter(
    (field) => !jsonEqual(now[field], before[field]),
  );
  if (changed.length === 0) return;
  throw refuse(
    request,
    `node ${JSON.stringify(node)} is not allowed to update fields other than status.quantity and status.conditions: ${changed.join(', ')}`,
  );
}

function withoutReports({ metadata, status, ...rest }: KubeObject): Record<string, unknown> {
  const { resourceVersion, managedFields, ...kept } = metadata;
  const fields = Object.entries(isRecord(status) ? status : {}).filter(([field]) => !reported.has(field));
  return { ...rest, metadata: kept, status: Object.fromEntries(fields) };
}
