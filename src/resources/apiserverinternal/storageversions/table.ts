import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, firstOf, nameColumn, unset } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import type { ServerStorageVersion, StorageVersionStatus } from './types.ts';

const maxShownVersions = 3;

const versionText = ({ apiServerID = '', encodingVersion = '' }: ServerStorageVersion) =>
  `${apiServerID}=${encodingVersion}`;

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('CommonEncodingVersion', 'The version in which all servers store the resource.'),
    column('StorageVersions', 'The version in which each server stores it.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const { commonEncodingVersion, storageVersions = [] } = readStruct<StorageVersionStatus>(
      object,
      'status',
    );
    return {
      cells: [
        object.metadata.name ?? '',
        commonEncodingVersion ?? unset,
        storageVersions.length === 0 ? unset : firstOf(storageVersions.map(versionText), maxShownVersions),
        age(object, nowMs),
      ],
    };
  },
};
