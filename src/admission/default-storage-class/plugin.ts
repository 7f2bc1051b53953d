import type { IPersistentVolumeClaimSpec } from 'kubernetes-models/v1';
import { storageClassOf } from '../../resources/validation/claim-class.ts';
import { newestDefault } from '../newest-default.ts';
import { concernsMain, persistentVolumeClaims, storageClasses } from '../request.ts';
import { specOf } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const defaultAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** Claims that name no class get the default one. */
export const defaultStorageClass: AdmissionPluginFactory = ({ reader }) => ({
  name: 'DefaultStorageClass',
  mutate: (request) => {
    const { operation, object } = request;
    if (operation !== 'CREATE' || !object || !concernsMain(request, persistentVolumeClaims)) return;
    if (storageClassOf(object) !== undefined) return;
    const name = newestDefault(reader.list(storageClasses, ''), defaultAnnotations);
    if (name !== undefined) specOf<IPersistentVolumeClaimSpec>(object).storageClassName = name;
  },
});
