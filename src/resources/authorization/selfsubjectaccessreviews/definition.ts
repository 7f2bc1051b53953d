import { defineResource } from '../../../scheme/definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'authorization.k8s.io',
  resource: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
  singular: 'selfsubjectaccessreview',
  scope: 'Cluster',
  verbs: ['create'],
  versions: [{ version: 'v1', schema: 'io.k8s.api.authorization.v1.SelfSubjectAccessReview' }],
  storage: 'virtual',
  strategy,
  table,
});
