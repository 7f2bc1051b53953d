import type { IPodSpec, IVolume, IVolumeMount } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import { type Random, randomSuffix } from '../../apimachinery/random.ts';
import { containersOf } from '../../resources/core/pods/containers.ts';
import { specOf } from '../structs.ts';

const volumePrefix = 'kube-api-access-';
const suffixLength = 5;
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** An hour, and a mark: the seconds tell that the client may still read its token only once (KEP-2799). */
const expirationSeconds = 3_607;
const fileMode = 0o644;

/** Mounts the token, the certificate authority and the namespace into every container that has nothing else there. */
export function mountToken(pod: KubeObject, random: Random): void {
  const spec = specOf<IPodSpec>(pod);
  const present = (spec.volumes ?? []).find(({ name = '' }) => name.startsWith(volumePrefix));
  const name = present?.name ?? volumePrefix + randomSuffix(random, suffixLength);
  const mount: IVolumeMount = { name, readOnly: true, mountPath };
  let isMounted = false;
  for (const { container } of containersOf(pod, ['initContainers', 'containers'])) {
    const mounts = container.volumeMounts ?? [];
    if (mounts.some((other) => other.mountPath === mountPath)) continue;
    container.volumeMounts = [...mounts, { ...mount }];
    isMounted = true;
  }
  if (!present && isMounted) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

const tokenVolume = (name: string): IVolume => ({
  name,
  projected: {
    defaultMode: fileMode,
    sources: [
      { serviceAccountToken: { expirationSeconds, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
});
