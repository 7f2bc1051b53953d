import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { fromV1beta1 } from './from-v1beta1.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'apiextensions.k8s.io',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  singular: 'customresourcedefinition',
  scope: 'Cluster',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
      defaults,
      storageVersionHash: 'jfWCUB31mvA=',
    },
  ],
  // What the reference server stores, because it is shorter.
  alsoStored: { v1beta1: fromV1beta1 },
  upstreamKey: 'apiextensions.k8s.io/customresourcedefinitions',
  strategy,
  table,
  subresources: {
    status: {
      kind: 'object',
      withoutTable: true,
      verbs: ['get', 'patch', 'update'],
      strategy: statusStrategy,
    },
  },
});
