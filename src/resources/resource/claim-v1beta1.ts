import type { IDeviceRequest } from 'kubernetes-models/resource.k8s.io/v1';
import { defaultWanted } from './requests.ts';

/** In v1beta1 what a request wants exactly stands in the request itself. */
const movedFields = [
  'deviceClassName',
  'selectors',
  'allocationMode',
  'count',
  'adminAccess',
  'tolerations',
  'capacity',
] as const;

type Fields = Record<string, unknown>;

const requestsOf = (spec: unknown): Fields[] =>
  (spec as { devices?: { requests?: Fields[] } } | undefined)?.devices?.requests ?? [];

/** Defaults of v1beta1: as v1, but in place. */
export function defaultClaimSpecV1beta1(spec: unknown): void {
  for (const request of requestsOf(spec)) {
    if (request['deviceClassName']) defaultWanted(request as unknown as Parameters<typeof defaultWanted>[0]);
    (request as unknown as IDeviceRequest).firstAvailable?.forEach(defaultWanted);
  }
}

/** Changes the requests of a claim spec in place. */
export function claimSpecFromV1beta1(spec: unknown): void {
  for (const request of requestsOf(spec)) {
    const exactly: Fields = {};
    for (const field of movedFields) {
      if (request[field] !== undefined) exactly[field] = request[field];
      delete request[field];
    }
    if (Object.keys(exactly).length > 0) request['exactly'] = exactly;
  }
}

/** The inverse of `claimSpecFromV1beta1`. */
export function claimSpecToV1beta1(spec: unknown): void {
  for (const request of requestsOf(spec)) {
    Object.assign(request, request['exactly']);
    delete request['exactly'];
  }
}
