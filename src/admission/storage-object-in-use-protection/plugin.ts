import { concernsMain } from '../request.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const protections = [
  { group: '', resource: 'persistentvolumes', finalizer: 'kubernetes.io/pv-protection' },
  { group: '', resource: 'persistentvolumeclaims', finalizer: 'kubernetes.io/pvc-protection' },
  {
    group: 'storage.k8s.io',
    resource: 'volumeattributesclasses',
    finalizer: 'kubernetes.io/vac-protection',
  },
];

/** Storage that is in use waits for a controller before it goes. */
export const storageObjectInUseProtection: AdmissionPluginFactory = () => ({
  name: 'StorageObjectInUseProtection',
  mutate: (request) => {
    const { operation, object } = request;
    if (operation !== 'CREATE' || !object) return;
    const protection = protections.find((candidate) => concernsMain(request, candidate));
    if (!protection) return;
    const finalizers = object.metadata.finalizers ?? [];
    if (!finalizers.includes(protection.finalizer)) {
      object.metadata.finalizers = [...finalizers, protection.finalizer];
    }
  },
});
