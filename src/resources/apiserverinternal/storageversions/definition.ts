import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'internal.apiserver.k8s.io',
  resource: 'storageversions',
  kind: 'StorageVersion',
  singular: 'storageversion',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1alpha1',
      schema: 'io.k8s.api.apiserverinternal.v1alpha1.StorageVersion',
      storageVersionHash: 'c8YZt5U0nPk=',
      offByDefault: true,
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});
