import type { IContainer, IPodSpec, IVolume } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { containersOf, type PodContainer } from './containers.ts';

/** One place where a pod names a secret of its namespace. The name is never ''. */
export type SecretReference = { readonly name: string } & (
  | { readonly via: 'imagePullSecret'; readonly index: number }
  | { readonly via: 'env'; readonly from: PodContainer; readonly variable: string }
  | { readonly via: 'envFrom'; readonly from: PodContainer }
  | { readonly via: 'volume'; readonly source: keyof IVolume }
);

/** Every secret that a pod names: the one place that knows where secrets are named. */
export function secretReferences(pod: KubeObject): SecretReference[] {
  const { imagePullSecrets = [], volumes = [] } = readStruct<IPodSpec>(pod, 'spec');
  const found: SecretReference[] = [
    ...imagePullSecrets.map(({ name = '' }, index) => ({ via: 'imagePullSecret' as const, name, index })),
    ...containersOf(pod, ['initContainers', 'containers', 'ephemeralContainers']).flatMap(inContainer),
    ...volumes.flatMap(inVolume),
  ];
  return found.filter(({ name }) => name !== '');
}

function inContainer(from: PodContainer): SecretReference[] {
  const { env = [], envFrom = [] }: IContainer = from.container;
  return [
    ...env.flatMap(({ name: variable, valueFrom }): SecretReference[] => {
      const secret = valueFrom?.secretKeyRef;
      return secret ? [{ via: 'env', name: secret.name ?? '', from, variable }] : [];
    }),
    ...envFrom.flatMap(({ secretRef }): SecretReference[] =>
      secretRef ? [{ via: 'envFrom', name: secretRef.name ?? '', from }] : [],
    ),
  ];
}

function inVolume(volume: IVolume): SecretReference[] {
  const { azureFile, cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos, csi, secret, projected } =
    volume;
  const named: [keyof IVolume, string | undefined][] = [
    ['azureFile', azureFile?.secretName],
    ['cephfs', cephfs?.secretRef?.name],
    ['cinder', cinder?.secretRef?.name],
    ['flexVolume', flexVolume?.secretRef?.name],
    ['rbd', rbd?.secretRef?.name],
    ['secret', secret?.secretName],
    ['scaleIO', scaleIO?.secretRef?.name],
    ['iscsi', iscsi?.secretRef?.name],
    ['storageos', storageos?.secretRef?.name],
    ['csi', csi?.nodePublishSecretRef?.name],
    ...(projected?.sources ?? []).map((from): [keyof IVolume, string | undefined] => [
      'projected',
      from.secret?.name,
    ]),
  ];
  return named.map(([source, name = '']) => ({ via: 'volume', name, source }));
}
