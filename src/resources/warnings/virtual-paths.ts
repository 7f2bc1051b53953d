import type { IVolume, IVolumeProjection } from 'kubernetes-models/v1';
import { flatMapped } from '../../apimachinery/lists.ts';

/** A file that a volume makes, and from what. */
interface VirtualFile {
  readonly path: string;
  readonly source: string;
}

type Items = readonly { readonly path: string }[] | undefined;

const quote = JSON.stringify;

const filesOf = (items: Items, source: string): VirtualFile[] =>
  (items ?? []).map(({ path }) => ({ path: (path ?? '').replace(/\/+$/, ''), source }));

const fileText = ({ path, source }: VirtualFile) =>
  source === '' ? quote(path) : `${quote(path)} (${source})`;

const overlap = (a: string, b: string) => `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);

/** Files of one volume that are compared with each other. An answer carries only so many warnings. */
const maxCompared = 200;

/** Pairs of files of which one hides the other or would have to be its directory. */
function overlaps(all: readonly VirtualFile[]): string[] {
  const files = all.slice(0, maxCompared);
  return files.flatMap((file, i) =>
    files
      .slice(0, i)
      .filter(({ path }) => file.path !== '' && path !== '' && overlap(file.path, path))
      .map((earlier) => `${fileText(file)} with ${fileText(earlier)}`),
  );
}

function projectedFiles(projection: IVolumeProjection): VirtualFile[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } =
    projection;
  if (configMap?.items) return filesOf(configMap.items, `ConfigMap ${quote(configMap.name ?? '')}`);
  if (secret?.items) return filesOf(secret.items, `Secret ${quote(secret.name ?? '')}`);
  if (downwardAPI?.items) return filesOf(downwardAPI.items, 'DownwardAPI');
  if (serviceAccountToken) return filesOf([serviceAccountToken], 'ServiceAccountToken');
  if (clusterTrustBundle) {
    const name = clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? '';
    return filesOf([clusterTrustBundle], `ClusterTrustBundle ${quote(name)}`);
  }
  const certificatePaths = [
    [podCertificate?.certificateChainPath, 'PodCertificate chain'],
    [podCertificate?.keyPath, 'PodCertificate key'],
    [podCertificate?.credentialBundlePath, 'PodCertificate credential bundle'],
  ] as const;
  return certificatePaths.flatMap(([path, source]) => (path ? filesOf([{ path }], source) : []));
}

function volumeWarnings({ name, configMap, secret, downwardAPI, projected }: IVolume): string[] {
  if (!configMap?.items && !secret?.items && !downwardAPI?.items && !projected) return [];
  const warn = (kind: string, texts: readonly string[]) =>
    texts.map((text) => `volume ${quote(name)} (${kind}): overlapping paths: ${text}`);
  const warnings = [
    ...warn(`ConfigMap ${quote(configMap?.name ?? '')}`, overlaps(filesOf(configMap?.items, ''))),
    ...warn(`Secret ${quote(secret?.secretName ?? '')}`, overlaps(filesOf(secret?.items, ''))),
    ...warn('DownwardAPI', overlaps(filesOf(downwardAPI?.items, ''))),
  ];
  const sources = projected?.sources ?? [];
  for (const source of sources) {
    if (Object.keys(source).length === 0) {
      warnings.push(`volume ${quote(name)} (Projected) has no sources provided`);
    }
  }
  return [...warnings, ...warn('Projected', overlaps(sources.flatMap(projectedFiles)))];
}

/** Files of one volume that are in each other's way. */
export const virtualPathWarnings = (volumes: readonly IVolume[]): string[] =>
  flatMapped(volumes, volumeWarnings);
