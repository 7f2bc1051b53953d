import { apiVersionOf } from '../../apimachinery/gvk.ts';
import type { JsonObject } from '../../apimachinery/object.ts';
import type { AdmissionRequest, Operation, RequestForm } from '../types.ts';
import type { ReviewVersion } from './hook.ts';
import { namespaceOf } from './subject.ts';

const group = 'admission.k8s.io';

const optionKinds: Readonly<Partial<Record<Operation, string>>> = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
};

/** `AdmissionRequest` of admission.k8s.io without its objects: also what expressions call `request`. */
export function requestOf(uid: string, request: AdmissionRequest, form: RequestForm): JsonObject {
  const { operation, subresource, user, dryRun, options } = request;
  const [own] = request.forms();
  const sub = subresource === '' ? {} : { subResource: subresource };
  const namespace = namespaceOf(request);
  return {
    uid,
    kind: { ...form.kind },
    resource: { ...form.resource },
    ...sub,
    requestKind: { ...own.kind },
    requestResource: { ...own.resource },
    ...(subresource === '' ? {} : { requestSubResource: subresource }),
    ...(request.name === '' ? {} : { name: request.name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: {
      ...(user.name === '' ? {} : { username: user.name }),
      ...(user.uid ? { uid: user.uid } : {}),
      ...(user.groups.length > 0 ? { groups: [...user.groups] } : {}),
      ...(user.extra && Object.keys(user.extra).length > 0 ? { extra: { ...user.extra } as JsonObject } : {}),
    },
    object: null,
    oldObject: null,
    dryRun,
    options:
      optionKinds[operation] === undefined
        ? null
        : { kind: optionKinds[operation], apiVersion: 'meta.k8s.io/v1', ...options },
  };
}

/** The whole AdmissionReview, ready to be sent. */
export const reviewBody = (version: ReviewVersion, request: JsonObject): Buffer =>
  Buffer.from(
    JSON.stringify({ kind: 'AdmissionReview', apiVersion: apiVersionOf({ group, version }), request }),
  );
