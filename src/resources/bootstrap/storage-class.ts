import type { BootstrapObject } from './types.ts';

/** The class of claims that name none; its volumes are made when the first pod needs them. */
export const defaultStorageClass = (name: string): BootstrapObject => ({
  group: 'storage.k8s.io',
  resource: 'storageclasses',
  namespace: '',
  name,
  object: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'binnacle.dev/simulated',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
  },
  mode: 'createIfMissing',
});
