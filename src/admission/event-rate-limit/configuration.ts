import { z } from 'zod';
import { type ConfigKind, type Place, parseConfigAt } from '../../configuration/parse-config.ts';
import type { EventRateLimitConfiguration } from './plugin.ts';

const types = ['Server', 'Namespace', 'User', 'SourceAndObject'] as const;
const supported = types.map((type) => JSON.stringify(type)).join(', ');

/** Most buckets that one limit may remember. */
const maxCacheSize = 1_000_000;

const positive = z.int32().positive('must be positive');

const kind: ConfigKind<EventRateLimitConfiguration> = {
  apiVersions: ['eventratelimit.admission.k8s.io/v1alpha1'],
  kind: 'Configuration',
  schema: z.strictObject({
    limits: z
      .array(
        z.strictObject({
          type: z.enum(types, {
            error: ({ input }) =>
              `Unsupported value: ${JSON.stringify(input)}: supported values: ${supported}`,
          }),
          qps: positive,
          burst: positive,
          cacheSize: z
            .int32()
            .nonnegative('must not be negative')
            .max(maxCacheSize, `must be at most ${maxCacheSize}`)
            .optional(),
        }),
      )
      .min(1, 'must not be empty'),
  }),
};

export const readEventRateLimit = (path: string, text: string, place: Place): EventRateLimitConfiguration =>
  parseConfigAt(path, text, place, [kind]);
