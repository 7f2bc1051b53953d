import { z } from 'zod';
import { isDNS1123Subdomain } from '../apimachinery/names.ts';
import { parseConfig } from '../configuration/parse-config.ts';
import type { Policy } from './policy.ts';
import { levels, stages } from './types.ts';

const strings = z.array(z.string()).optional();
const stageList = z.array(z.enum(stages, { error: `allowed stages are ${stages.join(',')}` })).optional();

const nonResourceUrl = z
  .string()
  .refine((url) => url === '*' || url.startsWith('/'), {
    error: "non-resource URL rules must begin with a '/' character",
  })
  .refine((url) => !url.slice(0, -1).includes('*'), {
    error: "non-resource URL wildcards '*' must be the final character of the rule",
  });

const groupResources = z
  .strictObject({
    group: z
      .string()
      .refine((group) => group === '' || group === '*' || isDNS1123Subdomain(group).length === 0, {
        error: 'must be the name of an API group, without its version',
      })
      .optional(),
    resources: strings,
    resourceNames: strings,
  })
  .refine(({ resources = [], resourceNames = [] }) => resourceNames.length === 0 || resources.length > 0, {
    error: 'using resourceNames requires at least one resource',
    path: ['resourceNames'],
  });

const rule = z
  .strictObject({
    level: z.enum(levels, { error: `must be one of ${levels.join(', ')}` }),
    users: strings,
    userGroups: strings,
    verbs: strings,
    resources: z.array(groupResources).optional(),
    namespaces: strings,
    nonResourceURLs: z.array(nonResourceUrl).optional(),
    omitStages: stageList,
    omitManagedFields: z.boolean().optional(),
  })
  .refine(
    ({ nonResourceURLs = [], resources = [], namespaces = [] }) =>
      nonResourceURLs.length === 0 || resources.length + namespaces.length === 0,
    {
      error: 'rules cannot apply to both regular resources and non-resource URLs',
      path: ['nonResourceURLs'],
    },
  );

const policy = z.strictObject({
  metadata: z.looseObject({}).optional(),
  rules: z.array(rule).min(1, { error: 'at least one rule is needed' }),
  omitStages: stageList,
  omitManagedFields: z.boolean().optional(),
});

/** Reads a file of `--audit-policy-file`. Throws a ConfigError that names file, line and field. */
export const parsePolicy = (path: string, text: string): Policy =>
  parseConfig(path, text, { apiVersions: ['audit.k8s.io/v1'], kind: 'Policy', schema: policy });
