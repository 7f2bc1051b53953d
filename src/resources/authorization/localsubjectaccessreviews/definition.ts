import { defineResource } from '../../../scheme/definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'authorization.k8s.io',
  resource: 'localsubjectaccessreviews',
  kind: 'LocalSubjectAccessReview',
  singular: 'localsubjectaccessreview',
  scope: 'Namespaced',
  verbs: ['create'],
  versions: [{ version: 'v1', schema: 'io.k8s.api.authorization.v1.LocalSubjectAccessReview' }],
  storage: 'virtual',
  strategy,
  table,
});
