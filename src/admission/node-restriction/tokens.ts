import type { IPodSpec, IVolume } from 'kubernetes-models/v1';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { notFoundError } from '../../apimachinery/status.ts';
import { aggregate, pods, refuse } from '../request.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionRequest, AdmissionTools } from '../types.ts';
import { type CsiDriver, csiDriverOf } from './csi-drivers.ts';

/** A node asks for tokens of the pods it runs, for the audiences that they name. */
export async function checkServiceAccount(
  node: string,
  request: AdmissionRequest,
  tools: AdmissionTools,
): Promise<void> {
  const { operation, subresource, object, namespace } = request;
  if (operation !== 'CREATE' || subresource !== 'token' || !object) return;
  const { boundObjectRef, audiences = [] } = readSpec<{ boundObjectRef?: unknown; audiences?: string[] }>(
    object,
  );
  const { apiVersion, kind, name, uid } = isRecord(boundObjectRef) ? boundObjectRef : {};
  if (apiVersion !== 'v1' || kind !== 'Pod' || typeof name !== 'string' || name === '') {
    throw refuse(request, 'node requested token not bound to a pod');
  }
  if (!uid) throw refuse(request, 'node requested token with a pod binding without a uid');
  const pod = tools.reader.get(pods, namespace, name);
  if (!pod) throw notFoundError({ group: '', resource: 'pod' }, name);
  if (pod.metadata.uid !== uid) {
    throw refuse(
      request,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  if (readSpec<IPodSpec>(pod).nodeName !== node) {
    throw refuse(request, 'node requested token bound to a pod scheduled on a different node');
  }
  await checkAudiences(request, pod, audiences, tools);
}

/** The audience must stand in a volume of the pod, or in a driver of one; else the node needs to be trusted with it. */
async function checkAudiences(
  request: AdmissionRequest,
  pod: KubeObject,
  audiences: readonly string[],
  tools: AdmissionTools,
): Promise<void> {
  if (audiences.length > 1) throw refuse(request, 'node may only request 0 or 1 audiences');
  const [audience = ''] = audiences;
  const quoted = JSON.stringify(audience);
  const { found, errors } = namesAudience(pod, audience, tools);
  if (found) return;
  if (errors.length > 0) throw refuse(request, `error validating audience ${quoted}: ${aggregate(errors)}`);
  const { user, namespace, name } = request;
  const { allowed, error } = await tools.ask({
    user,
    verb: 'request-serviceaccounts-token-audience',
    group: '',
    version: 'v1',
    resource: audience,
    subresource: '',
    namespace,
    name,
  });
  if (allowed) return;
  const missing = `audience ${quoted} not found in pod spec volume`;
  throw refuse(
    request,
    error === undefined
      ? `${missing}, ${user.name} is not authorized to request tokens for this audience`
      : `${missing}, error authorizing ${user.name} to request tokens for this audience: ${error}`,
  );
}

function namesAudience(
  pod: KubeObject,
  audience: string,
  { reader }: AdmissionTools,
): { found: boolean; errors: string[] } {
  const errors: string[] = [];
  for (const volume of readSpec<IPodSpec>(pod).volumes ?? []) {
    if (projects(volume, audience)) return { found: true, errors };
    const driver: CsiDriver = csiDriverOf(reader, pod, volume);
    if (driver.error !== undefined) errors.push(driver.error);
    if (driver.audiences?.includes(audience)) return { found: true, errors };
  }
  return { found: false, errors };
}

const projects = ({ projected }: IVolume, audience: string): boolean =>
  (projected?.sources ?? []).some(
    ({ serviceAccountToken }) => serviceAccountToken && (serviceAccountToken.audience ?? '') === audience,
  );
