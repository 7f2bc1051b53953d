import type { IContainer, IVolume } from 'kubernetes-models/v1';
import type { Informers } from '../../client/informers.ts';
import { configMaps, type Pod, persistentVolumeClaims, secrets } from '../../client/kinds.ts';
import { type AnyStored, keyFor, keyOf, type Resource } from '../../client/resource.ts';

/** What pods name and need: whether it is there, and who waits for it. */
export interface Needs {
  /** Why the container cannot be made; '' while nobody knows yet. Undefined: it can. The pod of `key` is looked at again. */
  configProblem(key: string, pod: Pod, container: IContainer): string | undefined;
  /** Why the volumes of the pod cannot be mounted, in the words of the kubelet's event; the same otherwise. */
  mountProblem(key: string, pod: Pod): string | undefined;
}

interface WithData extends AnyStored {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly binaryData?: Readonly<Record<string, unknown>>;
}

/** `unknown` while it is read. */
type Found<T> = T | 'absent' | 'unknown';

/** Copies of these collections are kept only once a pod needs something in them. */
export function createNeeds(informers: Informers, again: (key: string) => void): Needs {
  const waiting = new Map<string, Set<string>>();
  const wake = (needed: string) => {
    const keys = waiting.get(needed);
    waiting.delete(needed);
    for (const key of keys ?? []) again(key);
  };
  const followed = new Set<string>();
  const follow = (resource: Resource<AnyStored>) => {
    const informer = informers.of(resource);
    if (followed.has(resource.resource)) return informer;
    followed.add(resource.resource);
    informer.onChange((after, before) => wake(`${resource.resource}/${keyOf((after ?? before)!)}`));
    void informer.synced.then(() => {
      for (const needed of [...waiting.keys()]) {
        if (needed.startsWith(`${resource.resource}/`)) wake(needed);
      }
    });
    return informer;
  };
  const find = <T extends AnyStored>(resource: Resource<T>, pod: Pod, name: string): Found<T> => {
    const { namespace } = pod.metadata;
    const informer = follow(resource as unknown as Resource<AnyStored>);
    const object = informer.get(namespace, name) as T | undefined;
    if (object) return object;
    return informer.hasSynced ? 'absent' : 'unknown';
  };
  const wait = (key: string, { resource }: Pick<Resource, 'resource'>, pod: Pod, name: string) => {
    const needed = `${resource}/${keyFor(pod.metadata.namespace, name)}`;
    waiting.set(needed, (waiting.get(needed) ?? new Set()).add(key));
  };
  const resourceOf = (kind: DataKind) => (kind === 'configmap' ? asData(configMaps) : asData(secrets));
  /** Why the data is not what is needed. */
  const dataProblem = (key: string, pod: Pod, one: DataNeed, missing: (entry: string) => string) => {
    const problem = problemOf(one, find(resourceOf(one.kind), pod, one.name), missing);
    if (problem !== undefined) wait(key, resourceOf(one.kind), pod, one.name);
    return problem;
  };

  return {
    configProblem(key, pod, container) {
      for (const need of environmentOf(container)) {
        const problem = dataProblem(key, pod, need, (entry) => {
          const kind = need.kind === 'configmap' ? 'ConfigMap' : 'Secret';
          return `couldn't find key ${entry} in ${kind} ${pod.metadata.namespace}/${need.name}`;
        });
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
    mountProblem(key, pod) {
      for (const volume of pod.spec?.volumes ?? []) {
        for (const need of dataOf(volume)) {
          const problem = dataProblem(key, pod, need, missingEntry[need.kind]);
          if (problem === '') return '';
          if (problem)
            return `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${problem}`;
        }
        const claim = claimOf(volume, pod);
        if (claim === undefined) continue;
        const found = find(persistentVolumeClaims, pod, claim);
        if (typeof found === 'object' && found.status?.phase === 'Bound') continue;
        wait(key, persistentVolumeClaims, pod, claim);
        if (found === 'unknown') return '';
        const why =
          found === 'absent'
            ? `failed to fetch PVC from API server: persistentvolumeclaims ${JSON.stringify(claim)} not found`
            : 'PVC is not bound';
        const lists = `unmounted volumes=[${volume.name}], unattached volumes=[], failed to process volumes=[${volume.name}]`;
        return `Unable to attach or mount volumes: ${lists}: error processing PVC ${pod.metadata.namespace}/${claim}: ${why}`;
      }
      return undefined;
    },
  };
}

const asData = (resource: Resource<never> | Resource<AnyStored>): Resource<WithData> =>
  resource as unknown as Resource<WithData>;

type DataKind = 'configmap' | 'secret';

interface DataNeed {
  readonly kind: DataKind;
  readonly name: string;
  readonly entries: readonly string[];
  readonly optional: boolean;
}

const missingEntry: Readonly<Record<DataKind, (entry: string) => string>> = {
  configmap: (entry) => `configmap references non-existent config key: ${entry}`,
  secret: (entry) => `references non-existent secret key: ${entry}`,
};

function problemOf(
  need: DataNeed,
  found: Found<WithData>,
  missing: (entry: string) => string,
): string | undefined {
  if (found === 'unknown') return '';
  if (need.optional) return undefined;
  if (found === 'absent') return `${need.kind} ${JSON.stringify(need.name)} not found`;
  const lacks = need.entries.find(
    (entry) => !Object.hasOwn(found.data ?? {}, entry) && !Object.hasOwn(found.binaryData ?? {}, entry),
  );
  return lacks === undefined ? undefined : missing(lacks);
}

interface Reference {
  readonly name?: string;
  readonly key?: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string }[];
}

function need(kind: DataKind, reference: Reference | undefined, name = reference?.name): readonly DataNeed[] {
  if (!reference || !name) return [];
  const { key, optional = false, items = [] } = reference;
  const entries = key === undefined ? items.map((item) => item.key) : [key];
  return [{ kind, name, entries, optional }];
}

const environmentOf = ({ env = [], envFrom = [] }: IContainer): readonly DataNeed[] => [
  ...envFrom.flatMap(({ configMapRef, secretRef }) => [
    ...need('configmap', configMapRef),
    ...need('secret', secretRef),
  ]),
  ...env.flatMap(({ valueFrom }) => [
    ...need('configmap', valueFrom?.configMapKeyRef),
    ...need('secret', valueFrom?.secretKeyRef),
  ]),
];

/** Put into every pod by the server; nothing reads it here, and without its publisher no pod would ever start. */
const publishedCa = 'kube-root-ca.crt';

function dataOf({ configMap, secret, projected }: IVolume): readonly DataNeed[] {
  const sources = projected?.sources ?? [];
  return [
    ...need('configmap', configMap),
    ...need('secret', secret, secret?.secretName),
    ...sources.flatMap((source) => [
      ...(source.configMap?.name === publishedCa ? [] : need('configmap', source.configMap)),
      ...need('secret', source.secret),
    ]),
  ];
}

const claimOf = (volume: IVolume, { metadata: { name } }: Pod): string | undefined =>
  volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${name}-${volume.name}` : undefined);
