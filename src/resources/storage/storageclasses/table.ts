import type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1';
import type { ObjectMeta } from '../../../apimachinery/object.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

const defaultAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

const isDefault = ({ annotations = {} }: ObjectMeta): boolean =>
  defaultAnnotations.some((name) => Object.hasOwn(annotations, name) && annotations[name] === 'true');

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Provisioner', 'Who makes the volumes.'),
    column('ReclaimPolicy', 'What becomes of a volume that is no longer claimed.'),
    column('VolumeBindingMode', 'When a claim gets its volume.'),
    column('AllowVolumeExpansion', 'Whether claims may grow.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const storageClass = object as unknown as IStorageClass;
    const { name = '' } = object.metadata;
    return {
      cells: [
        isDefault(object.metadata) ? `${name} (default)` : name,
        storageClass.provisioner ?? '',
        storageClass.reclaimPolicy ?? 'Delete',
        storageClass.volumeBindingMode ?? 'Immediate',
        storageClass.allowVolumeExpansion ?? false,
        age(object, nowMs),
      ],
    };
  },
};
