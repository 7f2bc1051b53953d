import { defineResource } from '../../../scheme/definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'authentication.k8s.io',
  resource: 'selfsubjectreviews',
  kind: 'SelfSubjectReview',
  singular: 'selfsubjectreview',
  scope: 'Cluster',
  verbs: ['create'],
  versions: [{ version: 'v1', schema: 'io.k8s.api.authentication.v1.SelfSubjectReview' }],
  storage: 'virtual',
  strategy,
  table,
});
