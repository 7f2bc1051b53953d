import { isRecord } from '../../src/apimachinery/object.ts';

/** The kinds that are written, as the field serves them: with and without a namespace, answering deletes with and without the object. */
export interface Kind {
  readonly resource: string;
  /** `/api/v1` */
  readonly root: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Fields beside the metadata that an object must have. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export const kinds: readonly Kind[] = [
  {
    resource: 'configmaps',
    root: '/api/v1',
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespaced: true,
    fields: {},
  },
  {
    resource: 'resourcequotas',
    root: '/api/v1',
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    namespaced: true,
    fields: { spec: {} },
  },
  {
    resource: 'storageclasses',
    root: '/apis/storage.k8s.io/v1',
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    namespaced: false,
    fields: { provisioner: 'example.com/proof' },
  },
];

export const namespaces = ['proof-a', 'proof-b'] as const;
/** Values of the label that selectors ask for. */
export const groups = ['red', 'green', 'blue'] as const;

/** Which object: `configmaps/proof-a/p-3`; of a kind without namespaces `storageclasses//p-3`. Sorts as lists do. */
export type Key = string;

export const keyOf = (resource: string, namespace: string, name: string): Key =>
  `${resource}/${namespace}/${name}`;

/** What the model knows of an object's content: what the traffic sets, and nothing else. */
export interface Content {
  /** The write that made this state; every write has one of its own. Undefined for objects that are not of the traffic. */
  readonly op: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly group: string | undefined;
}

/** An object as an answer or event showed it. */
export interface Seen {
  readonly key: Key;
  readonly revision: number;
  readonly uid: string;
  readonly content: Content;
}

/** Contents that are equal have the same text. */
export const contentText = ({ annotations, group }: Content): string =>
  JSON.stringify([Object.entries(annotations).sort(), group ?? null]);

export const opAnnotation = 'op';
const groupLabel = 'group';

const texts = (value: unknown): Record<string, string> =>
  (isRecord(value) ? { ...value } : {}) as Record<string, string>;

/** Throws when the value is no object of the resource. */
export function seenOf(resource: string, value: unknown): Seen {
  const metadata = isRecord(value) ? value['metadata'] : undefined;
  if (!isRecord(metadata) || typeof metadata['name'] !== 'string' || typeof metadata['uid'] !== 'string')
    throw new Error(`no object: ${JSON.stringify(value)?.slice(0, 300)}`);
  const annotations = texts(metadata['annotations']);
  return {
    key: keyOf(resource, String(metadata['namespace'] ?? ''), metadata['name']),
    revision: Number(metadata['resourceVersion']),
    uid: metadata['uid'],
    content: { op: annotations[opAnnotation], annotations, group: texts(metadata['labels'])[groupLabel] },
  };
}

/** The part of a body that says `content`. */
export const metadataOf = ({ annotations, group }: Content): Record<string, unknown> => ({
  annotations,
  ...(group === undefined ? {} : { labels: { [groupLabel]: group } }),
});

/** What a list or watch asks for: a kind, perhaps of one namespace, perhaps of one group, perhaps of one name. */
export interface Scope {
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly group?: string | undefined;
  readonly name?: string | undefined;
}

/** Whether the key may be of the scope, whatever its labels. */
export function covers({ resource, namespace, name }: Scope, key: Key): boolean {
  const [ofResource, ofNamespace, ofName] = key.split('/');
  return (
    ofResource === resource &&
    (namespace === undefined || ofNamespace === namespace) &&
    (name === undefined || ofName === name)
  );
}

export const selects = (scope: Scope, content: Content): boolean =>
  scope.group === undefined || content.group === scope.group;

export const kindOf = (resource: string): Kind => kinds.find((kind) => kind.resource === resource)!;

export const collectionPath = ({ resource, namespace }: Pick<Scope, 'resource' | 'namespace'>): string => {
  const { root } = kindOf(resource);
  return namespace === undefined ? `${root}/${resource}` : `${root}/namespaces/${namespace}/${resource}`;
};

export function objectPath(key: Key): string {
  const [resource = '', namespace = '', name = ''] = key.split('/');
  return `${collectionPath({ resource, namespace: namespace || undefined })}/${name}`;
}

export function selectorQuery({ group, name }: Scope): Record<string, string> {
  return {
    ...(group === undefined ? {} : { labelSelector: `${groupLabel}=${group}` }),
    ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
  };
}
