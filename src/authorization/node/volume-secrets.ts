import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { neededKey } from './pod-needs.ts';

export interface BoundVolume {
  /** `neededKey` of the claim that it is bound to. */
  readonly claim: string;
  /** `neededKey`s of the secrets that a kubelet needs to mount it. */
  readonly secrets: readonly string[];
}

/** Sources whose secret is `secretRef`; without a namespace it is the claim's. */
const withSecretRef = ['cephfs', 'flexVolume', 'rbd', 'scaleIO', 'iscsi', 'storageos', 'cinder'];
/** Secrets of CSI that a kubelet uses; others are the controller's. */
const csiSecrets = ['nodePublishSecretRef', 'nodeStageSecretRef', 'nodeExpandSecretRef'];

/** What a PersistentVolume opens to the nodes that use its claim; undefined while it has none. */
export function boundVolume(volume: KubeObject): BoundVolume | undefined {
  const spec = isRecord(volume['spec']) ? volume['spec'] : {};
  const { claimRef } = spec;
  if (!isRecord(claimRef)) return undefined;
  const namespace = text(claimRef['namespace']);
  const secrets = [
    ...withSecretRef.map((source) => field(spec[source], 'secretRef')),
    ...csiSecrets.map((secret) => field(spec['csi'], secret)),
    azureFile(spec['azureFile']),
  ];
  return {
    claim: neededKey('persistentvolumeclaims', namespace, text(claimRef['name'])),
    secrets: secrets.flatMap((ref) => {
      const name = text(field(ref, 'name'));
      return name === '' ? [] : [neededKey('secrets', text(field(ref, 'namespace')) || namespace, name)];
    }),
  };
}

const azureFile = (source: unknown) => ({
  name: field(source, 'secretName'),
  namespace: field(source, 'secretNamespace'),
});

const field = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
