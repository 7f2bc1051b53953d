import { defineResource } from '../../../scheme/definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'authentication.k8s.io',
  resource: 'tokenreviews',
  kind: 'TokenReview',
  singular: 'tokenreview',
  scope: 'Cluster',
  verbs: ['create'],
  versions: [{ version: 'v1', schema: 'io.k8s.api.authentication.v1.TokenReview' }],
  storage: 'virtual',
  strategy,
  table,
});
