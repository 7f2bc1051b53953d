import type { GroupResource } from '../apimachinery/gvk.ts';
import { ApiError, forbiddenError, type StatusCause } from '../apimachinery/status.ts';
import type { AdmissionRequest } from './types.ts';

/** True for a write of this resource, its subresources included. */
export const concerns = ({ definition }: AdmissionRequest, { group, resource }: GroupResource): boolean =>
  definition.group === group && definition.resource === resource;

/** True for a write of this resource itself, not of a subresource. */
export const concernsMain = (request: AdmissionRequest, resource: GroupResource): boolean =>
  request.subresource === '' && concerns(request, resource);

export const pods: GroupResource = { group: '', resource: 'pods' };
export const namespaces: GroupResource = { group: '', resource: 'namespaces' };
export const nodes: GroupResource = { group: '', resource: 'nodes' };
export const persistentVolumeClaims: GroupResource = { group: '', resource: 'persistentvolumeclaims' };
export const storageClasses: GroupResource = { group: 'storage.k8s.io', resource: 'storageclasses' };

export const certificateSigningRequests: GroupResource = {
  group: 'certificates.k8s.io',
  resource: 'certificatesigningrequests',
};

/** 403 that names the object as `admission.NewForbidden` does; `causes` go into the details. */
export function refuse(request: AdmissionRequest, why: string, causes?: StatusCause[]): ApiError {
  const { definition, name, object } = request;
  const error = forbiddenError(
    definition,
    name || object?.metadata.name || object?.metadata.generateName || 'Unknown',
    why,
  );
  return causes ? new ApiError({ ...error.status, details: { ...error.status.details, causes } }) : error;
}

/** 500 without a reason: how the reference server answers an error of a plugin that is no API status. */
export const bareError = (message: string): ApiError =>
  new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 });

/** Several findings in one message, as Go's `utilerrors.Aggregate` prints them. */
export function aggregate(messages: readonly string[]): string {
  const [first = '', ...others] = new Set(messages);
  return others.length === 0 ? first : `[${[first, ...others].join(', ')}]`;
}
