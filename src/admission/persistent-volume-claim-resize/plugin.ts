import type { IPersistentVolumeClaim, IPersistentVolumeClaimSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import { compareQuantity, parseQuantity, type Quantity, zeroQuantity } from '../../apimachinery/quantity.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { storageClassOf } from '../../resources/validation/claim-class.ts';
import { concernsMain, persistentVolumeClaims, refuse, storageClasses } from '../request.ts';
import { ownValue, readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

/** Claims grow only when they are bound and their class says that its volumes can. */
export const persistentVolumeClaimResize: AdmissionPluginFactory = ({ reader }) => ({
  name: 'PersistentVolumeClaimResize',
  validate: (request) => {
    const { operation, object, oldObject } = request;
    if (operation !== 'UPDATE' || !object || !oldObject) return;
    if (!concernsMain(request, persistentVolumeClaims)) return;
    if (compareQuantity(sizeOf(object), sizeOf(oldObject)) <= 0) return;
    if ((oldObject as unknown as IPersistentVolumeClaim).status?.phase !== 'Bound') {
      throw refuse(request, 'Only bound persistent volume claims can be expanded');
    }
    if (!mayGrow(reader, object, oldObject)) {
      throw refuse(
        request,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
    }
  },
});

function sizeOf(claim: KubeObject): Quantity {
  const size = ownValue(readSpec<IPersistentVolumeClaimSpec>(claim).resources?.requests, 'storage');
  return size === undefined ? zeroQuantity : parseQuantity(String(size));
}

function mayGrow(reader: Reader, claim: KubeObject, old: KubeObject): boolean {
  const name = storageClassOf(claim);
  if (!name || name !== storageClassOf(old)) return false;
  return reader.get(storageClasses, '', name)?.['allowVolumeExpansion'] === true;
}
