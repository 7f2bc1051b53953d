import type { ObjectMeta } from '../apimachinery/object.ts';

/** Metadata of an object that a server answered. */
export interface StoredMeta extends ObjectMeta {
  name: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
}

/** Of an object in a namespace. */
export interface NamespacedMeta extends StoredMeta {
  namespace: string;
}

/** An object as a server answers it. `T` gives spec, status and whatever else the kind has. */
export type Stored<T, M extends StoredMeta = StoredMeta> = Omit<T, 'metadata' | 'apiVersion' | 'kind'> & {
  apiVersion: string;
  kind: string;
  metadata: M;
};
export type Namespaced<T> = Stored<T, NamespacedMeta>;

export interface AnyStored {
  apiVersion: string;
  kind: string;
  metadata: StoredMeta;
}

/** Which collection a client speaks of, and what its objects look like. */
export interface Resource<T extends AnyStored = AnyStored> {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Ask for metadata only: objects have no spec and no status. */
  readonly metadataOnly: boolean;
  /** Never set: carries the type of the objects. */
  readonly object?: T;
}

/** The same objects, of which only the metadata is asked for; informers keep of it what `essentialsOf` says. */
export const metadataOf = <T extends AnyStored>(resource: Resource<T>): Resource<T> =>
  resource.metadataOnly ? resource : Object.freeze({ ...resource, metadataOnly: true });

/** The same objects, as a whole. */
export const wholeOf = <T extends AnyStored>(resource: Resource<T>): Resource<T> =>
  resource.metadataOnly ? Object.freeze({ ...resource, metadataOnly: false }) : resource;

export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

const rootOf = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/** The collection in a namespace, or in all of them when `namespace` is ''. */
export function collectionPath(resource: Resource, namespace = ''): string {
  const where = resource.namespaced && namespace !== '' ? `/namespaces/${namespace}` : '';
  return `${rootOf(resource)}${where}/${resource.resource}`;
}

export const objectPath = (resource: Resource, namespace: string, name: string): string =>
  `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;

/** `namespace/name`, or the name of a cluster-scoped object: how queues and caches call an object. */
export const keyOf = ({ metadata }: { readonly metadata: ObjectMeta }): string =>
  keyFor(metadata.namespace ?? '', metadata.name ?? '');

export const keyFor = (namespace: string, name: string): string =>
  namespace === '' ? name : `${namespace}/${name}`;

/** The opposite of `keyFor`; namespace '' for a cluster-scoped object. */
export function splitKey(key: string): [namespace: string, name: string] {
  const slash = key.indexOf('/');
  return slash === -1 ? ['', key] : [key.slice(0, slash), key.slice(slash + 1)];
}
