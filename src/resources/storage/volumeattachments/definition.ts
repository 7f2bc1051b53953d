import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'storage.k8s.io',
  resource: 'volumeattachments',
  kind: 'VolumeAttachment',
  singular: 'volumeattachment',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.storage.v1.VolumeAttachment',
      storageVersionHash: 'tJx/ezt6UDU=',
      defaults,
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});
