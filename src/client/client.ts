import type { Activity } from './activity.ts';
import { failureOf } from './failure.ts';
import type { Informers } from './informers.ts';
import { type AnyStored, apiVersionOf, collectionPath, objectPath, type Resource } from './resource.ts';
import type { ClientTransport } from './transport.ts';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const patchTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** What is sent: `apiVersion` and `kind` are filled in, the server fills in the rest. */
export type Draft<T> = Omit<T, 'metadata' | 'apiVersion' | 'kind'> & { readonly metadata: object };

/**
 * The objects of one kind. Every call rejects with an `ApiFailure` when the answer is no success. `namespace` is '' for kinds without
 * one. What was written is in the informer of the kind, if there is one, before the call resolves.
 */
export interface Objects<T extends AnyStored> {
  get(namespace: string, name: string): Promise<T>;
  /** One page holds all. For what may be many, use an informer. `query` is a query string without '?'. */
  list(namespace?: string, query?: string): Promise<readonly T[]>;
  create(namespace: string, draft: Draft<T>): Promise<T>;
  /** Replaces the object at the resource version that `object` carries. */
  update(object: T): Promise<T>;
  updateStatus(object: T): Promise<T>;
  patch(namespace: string, name: string, type: PatchType, patch: unknown, subresource?: string): Promise<T>;
  /** Resolves with what is left: the object when its deletion takes time, undefined when it is gone. */
  delete(object: Pick<T, 'metadata'>, options?: DeleteOptions): Promise<T | undefined>;
  deleteCollection(namespace: string, query?: string, options?: DeleteOptions): Promise<void>;
  /** Any other subresource: POST of a body that is not the object itself, as for `eviction` and `binding`. */
  postTo(namespace: string, name: string, subresource: string, body: object): Promise<unknown>;
}

/** The API as somebody sees it. */
export interface Client {
  of<T extends AnyStored>(resource: Resource<T>): Objects<T>;
  /** Whatever `of` does not offer. Resolves with the parsed answer. */
  send(method: string, target: string, body?: unknown, contentType?: string): Promise<unknown>;
}

export interface ClientTools {
  readonly activity: Activity;
  /** Told of what is written, so that readers of caches find their own writes. */
  readonly informers?: Informers;
}

const json = 'application/json';
const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** A client over any transport, which knows who is asking. */
export function createClient(transport: ClientTransport, { activity, informers }: ClientTools): Client {
  const ask = async (
    method: string,
    target: string,
    body?: unknown,
    { accept = json, contentType = json }: { accept?: string; contentType?: string } = {},
  ): Promise<unknown> => {
    const headers: Record<string, string> = { accept };
    if (body !== undefined) headers['content-type'] = contentType;
    const answer = await activity.during(() =>
      transport.ask({
        method,
        target,
        headers,
        ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
      }),
    );
    if (answer.status < 200 || answer.status > 299) throw failureOf(answer);
    const { body: bytes } = answer;
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  };

  const objectsOf = <T extends AnyStored>(resource: Resource<T>): Objects<T> => {
    const seen = (object: T): T => {
      informers?.started(resource)?.observe(object);
      return object;
    };
    const options = resource.metadataOnly ? { accept: metadataOnly } : {};
    const typed = (draft: object) => ({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...draft });
    const pathOf = ({ metadata }: Pick<T, 'metadata'>) =>
      objectPath(resource, metadata.namespace ?? '', metadata.name);
    return {
      get: async (namespace, name) =>
        (await ask('GET', objectPath(resource, namespace, name), undefined, options)) as T,
      async list(namespace = '', query = '') {
        const target = collectionPath(resource, namespace) + (query === '' ? '' : `?${query}`);
        const list = (await ask('GET', target, undefined, options)) as { items?: T[] };
        return (list.items ?? []).map((item) => typed(item) as T);
      },
      create: async (namespace, draft) =>
        seen((await ask('POST', collectionPath(resource, namespace), typed(draft))) as T),
      update: async (object) => seen((await ask('PUT', pathOf(object), typed(object))) as T),
      updateStatus: async (object) =>
        seen((await ask('PUT', `${pathOf(object)}/status`, typed(object))) as T),
      async patch(namespace, name, type, patch, subresource = '') {
        const path = objectPath(resource, namespace, name) + (subresource === '' ? '' : `/${subresource}`);
        const contentType = patchTypes[type];
        const answer = (await ask('PATCH', path, patch, { ...options, contentType })) as T;
        return subresource === 'scale' ? answer : seen(answer);
      },
      async delete(object, deleteOptions = {}) {
        const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...deleteOptions };
        const answer = (await ask('DELETE', pathOf(object), body)) as AnyStored;
        if (answer.kind === 'Status') {
          informers?.started(resource)?.observeGone(object.metadata);
          return undefined;
        }
        // The answer to an immediate deletion may be the object as it was last.
        const { metadata } = answer;
        const remains =
          metadata.deletionTimestamp !== undefined &&
          (metadata.deletionGracePeriodSeconds !== 0 || (metadata.finalizers?.length ?? 0) > 0);
        if (remains) return seen(answer as T);
        informers?.started(resource)?.observeGone(metadata);
        return undefined;
      },
      async deleteCollection(namespace, query = '', deleteOptions = {}) {
        const target = collectionPath(resource, namespace) + (query === '' ? '' : `?${query}`);
        await ask('DELETE', target, { apiVersion: 'v1', kind: 'DeleteOptions', ...deleteOptions });
      },
      postTo: (namespace, name, subresource, body) =>
        ask('POST', `${objectPath(resource, namespace, name)}/${subresource}`, body),
    };
  };
  return {
    of: objectsOf,
    send: (method, target, body, contentType = json) => ask(method, target, body, { contentType }),
  };
}
