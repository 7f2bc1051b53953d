import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { fromStored, toStored } from './conversion.ts';
import { defaults, defaultsV1 } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'autoscaling',
  resource: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
  singular: 'horizontalpodautoscaler',
  scope: 'Namespaced',
  shortNames: ['hpa'],
  categories: ['all'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v2',
      schema: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
      storageVersionHash: 'qwQve8ut294=',
      defaults,
    },
    {
      version: 'v1',
      schema: 'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
      storageVersionHash: 'qwQve8ut294=',
      defaults: defaultsV1,
      toStored,
      fromStored,
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});
