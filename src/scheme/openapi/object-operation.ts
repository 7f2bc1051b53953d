import type { GroupVersionKind } from '../../apimachinery/gvk.ts';
import { type Method, mediaTypes, type Operation } from './operation.ts';
import { operationParameters } from './parameters.ts';
import type { Target } from './target.ts';

export const statusType = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';
export const deleteOptionsType = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
export const patchType = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';
export const watchEventType = 'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent';

/** What each verb is in OpenAPI. `object` stands for the type of the object itself. */
const verbs = {
  create: { method: 'post', id: 'create', codes: [200, 201, 202] },
  get: { method: 'get', id: 'read', codes: [200] },
  update: { method: 'put', id: 'replace', codes: [200, 201] },
  patch: { method: 'patch', id: 'patch', codes: [200, 201] },
  delete: { method: 'delete', id: 'delete', codes: [200, 202] },
} as const satisfies Record<string, { method: Method; id: string; codes: Operation['codes'] }>;

export type ObjectVerb = keyof typeof verbs;

/** An operation on one object (or its subresource): `idSuffix` follows the scope in the id, `type` is read and written. */
export function objectOperation(
  target: Target,
  verb: ObjectVerb,
  idSuffix: string,
  type: string,
  gvk: GroupVersionKind,
  description: string,
): Operation {
  const { method, id, codes } = verbs[verb];
  const body =
    verb === 'patch' ? patchType : verb === 'delete' ? deleteOptionsType : verb === 'get' ? undefined : type;
  const { deleteReturnsObject, holdsDeletion } = target.definition.strategy;
  // Namespaces answer with themselves and do not say so.
  const answersStatus = verb === 'delete' && (!deleteReturnsObject || holdsDeletion !== undefined);
  return {
    method,
    id: `${id}${target.id}${target.scopeId}${idSuffix}`,
    tag: target.tag,
    description,
    action: method,
    gvk,
    parameters: operationParameters[method],
    ...(body ? { body, bodyRequired: verb !== 'delete' } : {}),
    consumes: verb === 'patch' ? mediaTypes.patches : mediaTypes.anyBody,
    produces: mediaTypes.answers,
    answer: answersStatus ? statusType : type,
    codes,
  };
}
