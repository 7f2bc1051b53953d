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
  /** Everything in pieces, for what may be many. */
  pages(namespace: string): AsyncIterable<readonly T[]>;
  create(namespace: string, draft: Draft<T>): Promise<T>;
  /** Replaces the object at the resource version that `object` carries. */
  update(object: T): Promise<T>;
  updateStatus(object: T): Promise<T>;
  patch(namespace: string, name: string, type: PatchType, patch: unknown, subresource?: string): Promise<T>;
  /** Resolves with what is left: the object when its deletion takes time, undefined when it is gone. */
  delete(object: Pick<T, 'metadata'>, options?: DeleteOptions): Promise<T | undefined>;
  /** In pieces: an answer tells what was in the piece. */
  deleteCollection(namespace: string, query?: string, options?: DeleteOptions): Promise<void>;
  /** Any other subresource: POST of a body that is not the object itself, as for `eviction` and `binding`. */
  postTo(namespace: string, name: string, subresource: string, body: object): Promise<unknown>;
}

/** The API as somebody sees it. */
export interface Client {
  of<T extends AnyStored>(resource: Resource<T>): Objects<T>;
  /** Whatever `of` does not offer. Resolves with the parsed answer. */
  send(
    method: string,
    target: string,
    body?: unknown,
    contentType?: string,
    accept?: string,
  ): Promise<unknown>;
}

export interface ClientTools {
  readonly activity: Activity;
  /** Told of what is written, so that readers of caches find their own writes. */
  readonly informers?: Informers;
}

const json = 'application/json';
const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const metadataListOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
/** Objects in one piece of a list, or of the deletion of one. */
const pageSize = 500;

interface Page {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly object[];
}

type Ask = (
  method: string,
  target: string,
  body?: unknown,
  types?: { readonly accept?: string; readonly contentType?: string },
) => Promise<unknown>;

/** Sends JSON, and resolves with what is answered; rejects with an `ApiFailure`. */
function askBy(transport: ClientTransport, activity: Activity): Ask {
  return async (method, target, body, { accept = json, contentType = json } = {}) => {
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
}

/** Asks for one piece of a collection after the other. */
async function* pieces(ask: Ask, method: string, path: string, accept: string, query = '', body?: object) {
  let rest: string | undefined = '';
  while (rest !== undefined) {
    const target = `${path}?limit=${pageSize}${query && `&${query}`}${rest}`;
    const page = (await ask(method, target, body, { accept })) as Page;
    yield page;
    const next: string = page.metadata?.continue ?? '';
    rest = next === '' ? undefined : `&continue=${encodeURIComponent(next)}`;
  }
}

/**
 * Whether this is the last state of an object: that is what a deletion answers when it takes no time, and the update that takes away the
 * last finalizer.
 */
const isLast = ({ metadata }: AnyStored): boolean =>
  (metadata.finalizers?.length ?? 0) === 0 &&
  metadata.deletionTimestamp !== undefined &&
  metadata.deletionGracePeriodSeconds === 0;

/** A client over any transport, which knows who is asking. */
export function createClient(transport: ClientTransport, { activity, informers }: ClientTools): Client {
  const ask = askBy(transport, activity);
  const objectsOf = <T extends AnyStored>(resource: Resource<T>): Objects<T> => {
    const seen = (object: T): T => {
      if (isLast(object)) gone(object.metadata);
      else informers?.observe(resource, object);
      return object;
    };
    const gone = (metadata: T['metadata']) => informers?.observeGone(resource, metadata);
    const options = resource.metadataOnly ? { accept: metadataOnly } : {};
    const listOptions = { accept: resource.metadataOnly ? metadataListOnly : json };
    const typed = (draft: object) => ({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...draft });
    const itemsOf = (page: Page) => (page.items ?? []).map((item) => typed(item) as T);
    const pathOf = ({ metadata }: Pick<T, 'metadata'>) =>
      objectPath(resource, metadata.namespace ?? '', metadata.name);
    return {
      get: async (namespace, name) =>
        (await ask('GET', objectPath(resource, namespace, name), undefined, options)) as T,
      async list(namespace = '', query = '') {
        const target = collectionPath(resource, namespace) + (query === '' ? '' : `?${query}`);
        return itemsOf((await ask('GET', target, undefined, listOptions)) as Page);
      },
      async *pages(namespace) {
        for await (const page of pieces(ask, 'GET', collectionPath(resource, namespace), listOptions.accept))
          yield itemsOf(page);
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
          gone(object.metadata);
          return undefined;
        }
        // The answer to an immediate deletion may be the object as it was.
        if (answer.metadata.deletionTimestamp !== undefined && !isLast(answer)) return seen(answer as T);
        gone(answer.metadata);
        return undefined;
      },
      async deleteCollection(namespace, query = '', deleteOptions = {}) {
        const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...deleteOptions };
        for await (const _ of pieces(
          ask,
          'DELETE',
          collectionPath(resource, namespace),
          metadataListOnly,
          query,
          body,
        ));
      },
      postTo: (namespace, name, subresource, body) =>
        ask('POST', `${objectPath(resource, namespace, name)}/${subresource}`, body),
    };
  };
  return {
    of: objectsOf,
    send: (method, target, body, contentType = json, accept = json) =>
      ask(method, target, body, { contentType, accept }),
  };
}
