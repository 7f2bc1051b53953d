import type { IContainer, IVolume } from 'kubernetes-models/v1';
import type { Pod } from '../../client/kinds.ts';
import { type DataOf, fieldOf, resourceOf } from './environment.ts';

interface TokenSource {
  readonly audience?: string;
  readonly expirationSeconds?: number;
  readonly path: string;
}

export interface FileSources {
  readonly dataOf: DataOf;
  /** A token of the pod's service account. */
  readonly tokenOf: (source: TokenSource) => Promise<string>;
}

interface Item {
  readonly key: string;
  readonly path: string;
}

type Files = Map<string, Uint8Array>;

/** What a container finds mounted, by path. Volumes of other kinds are empty. */
export async function mountedFiles(pod: Pod, container: IContainer, sources: FileSources): Promise<Files> {
  const all: Files = new Map();
  for (const { name, mountPath, subPath = '' } of container.volumeMounts ?? []) {
    const volume = pod.spec?.volumes?.find((one) => one.name === name);
    if (!volume) continue;
    for (const [path, bytes] of await filesOf(pod, container, volume, sources)) {
      if (subPath === '') all.set(joined(mountPath, path), bytes);
      else if (path === subPath) all.set(mountPath, bytes);
      else if (path.startsWith(`${subPath}/`))
        all.set(joined(mountPath, path.slice(subPath.length + 1)), bytes);
    }
  }
  return all;
}

const joined = (folder: string, path: string): string => `${folder.replace(/\/+$/, '')}/${path}`;

async function filesOf(
  pod: Pod,
  container: IContainer,
  volume: IVolume,
  sources: FileSources,
): Promise<Files> {
  const { configMap, secret, downwardAPI, projected } = volume;
  const files: Files = new Map();
  const add = async (kind: 'configmap' | 'secret', name: string | undefined, items?: readonly Item[]) => {
    const data = name ? await sources.dataOf(kind, name) : undefined;
    for (const { key, path } of items ?? [...(data?.keys() ?? [])].map((key) => ({ key, path: key }))) {
      const bytes = data?.get(key);
      if (bytes) files.set(path, bytes);
    }
  };
  const addFields = (items: NonNullable<typeof downwardAPI>['items'] = []) => {
    for (const { path, fieldRef, resourceFieldRef } of items) {
      const text = fieldRef ? fieldOf(pod, fieldRef.fieldPath) : '';
      const amount = resourceFieldRef
        ? resourceOf(containerNamed(pod, resourceFieldRef) ?? container, resourceFieldRef)
        : '';
      files.set(path, Buffer.from(text + amount));
    }
  };
  await add('configmap', configMap?.name, configMap?.items);
  await add('secret', secret?.secretName, secret?.items);
  addFields(downwardAPI?.items);
  for (const source of projected?.sources ?? []) {
    await add('configmap', source.configMap?.name, source.configMap?.items);
    await add('secret', source.secret?.name, source.secret?.items);
    addFields(source.downwardAPI?.items);
    const { serviceAccountToken: token } = source;
    if (token) files.set(token.path, Buffer.from(await sources.tokenOf(token)));
  }
  return files;
}

const containerNamed = ({ spec }: Pod, { containerName }: { readonly containerName?: string }) =>
  spec?.containers?.find(({ name }) => name === containerName);
