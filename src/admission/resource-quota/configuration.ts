import { z } from 'zod';
import { type ConfigKind, type Place, parseConfigAt } from '../../configuration/parse-config.ts';
import type { ResourceQuotaConfiguration } from './plugin.ts';

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
] as const;

/** Most rules in one file. */
const maxLimitedResources = 1_000;

const schema: z.ZodType<ResourceQuotaConfiguration> = z.strictObject({
  limitedResources: z
    .array(
      z.strictObject({
        apiGroup: z.string().optional(),
        resource: z.string().min(1, 'Required value'),
        matchContains: z.array(z.string()).optional(),
        matchScopes: z
          .array(
            z.strictObject({
              scopeName: z.enum(scopes),
              operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
              values: z.array(z.string()).optional(),
            }),
          )
          .optional(),
      }),
    )
    .max(maxLimitedResources, `must have at most ${maxLimitedResources} items`)
    .default([]),
}) as z.ZodType<ResourceQuotaConfiguration>;

const current: ConfigKind<ResourceQuotaConfiguration> = {
  apiVersions: ['apiserver.config.k8s.io/v1'],
  kind: 'ResourceQuotaConfiguration',
  schema,
};
const former: ConfigKind<ResourceQuotaConfiguration> = {
  apiVersions: ['resourcequota.admission.k8s.io/v1beta1', 'resourcequota.admission.k8s.io/v1alpha1'],
  kind: 'Configuration',
  schema,
};

export const readResourceQuota = (path: string, text: string, place: Place): ResourceQuotaConfiguration =>
  parseConfigAt(path, text, place, [current, former]);
