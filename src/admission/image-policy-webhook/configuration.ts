import { z } from 'zod';
import type { Clock } from '../../apimachinery/clock.ts';
import { type Place, parsePlainConfig } from '../../configuration/parse-config.ts';
import { defaultBackoff } from '../../webhook/backoff.ts';
import { createWebhookClient } from '../../webhook/client.ts';
import { readWebhookTarget } from '../../webhook/read-target.ts';
import type { ImagePolicyConfiguration } from './plugin.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/** A number of `unitMs`; 0 is the default, -1 is none. */
const time = (unitMs: number, fallbackMs: number, maxMs: number) =>
  z
    .int()
    .default(0)
    .refine(
      (value) => value >= -1 && value * unitMs <= maxMs,
      `valid value is between 1 and ${maxMs / unitMs}`,
    )
    .transform((value) => (value === 0 ? fallbackMs : Math.max(value, 0) * unitMs));

const schema = z.strictObject({
  imagePolicy: z.strictObject({
    kubeConfigFile: z.string().min(1, 'Required value'),
    allowTTL: time(secondMs, 5 * minuteMs, 30 * minuteMs),
    denyTTL: time(secondMs, 30 * secondMs, 30 * minuteMs),
    retryBackoff: time(1, defaultBackoff.initialMs, 5 * minuteMs),
    defaultAllow: z.boolean().default(false),
  }),
});

export async function readImagePolicy(
  path: string,
  text: string,
  place: Place,
  clock: Clock,
): Promise<ImagePolicyConfiguration> {
  const { imagePolicy } = parsePlainConfig(path, text, schema, place);
  const target = await readWebhookTarget(imagePolicy.kubeConfigFile, clock);
  const backoff = { ...defaultBackoff, initialMs: imagePolicy.retryBackoff };
  return {
    connect: (itsClock, random) => createWebhookClient(target, { clock: itsClock, random, backoff }),
    allowTtlMs: imagePolicy.allowTTL,
    denyTtlMs: imagePolicy.denyTTL,
    defaultAllow: imagePolicy.defaultAllow,
  };
}
