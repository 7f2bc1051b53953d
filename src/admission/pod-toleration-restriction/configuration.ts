import type { IToleration } from 'kubernetes-models/v1';
import { z } from 'zod';
import { FieldPath } from '../../apimachinery/field-error.ts';
import {
  type ConfigKind,
  configFinding,
  type Place,
  parseConfigAt,
} from '../../configuration/parse-config.ts';
import { validateTolerations } from '../../resources/validation/tolerations.ts';
import type { PodTolerationRestrictionConfiguration } from './plugin.ts';

const tolerations: z.ZodType<IToleration[]> = z.array(
  z.strictObject({
    key: z.string().optional(),
    operator: z.enum(['Equal', 'Exists', 'Lt', 'Gt']).optional(),
    value: z.string().optional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
    tolerationSeconds: z.int().optional(),
  }),
) as z.ZodType<IToleration[]>;

const kind: ConfigKind<PodTolerationRestrictionConfiguration> = {
  apiVersions: ['podtolerationrestriction.admission.k8s.io/v1alpha1'],
  kind: 'Configuration',
  schema: z.strictObject({ default: tolerations.optional(), whitelist: tolerations.optional() }),
};

export function readPodTolerationRestriction(
  path: string,
  text: string,
  place: Place,
): PodTolerationRestrictionConfiguration {
  const configuration = parseConfigAt(path, text, place, [kind]);
  for (const field of ['default', 'whitelist'] as const) {
    const [error] = validateTolerations(configuration[field] ?? [], FieldPath.root);
    if (!error) continue;
    const what = error.field === '' ? error.message : `${error.field}: ${error.message}`;
    throw configFinding(path, text, [...place, field], what);
  }
  return configuration;
}
