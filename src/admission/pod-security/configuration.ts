import { z } from 'zod';
import { isDNS1123Label, isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { type ConfigKind, type Place, parseConfigAt } from '../../configuration/parse-config.ts';
import {
  type Level,
  levelMessage,
  type PodSecurityConfiguration,
  type Policy,
  parseLevel,
  parseVersion,
  type Version,
  versionMessage,
} from './policy.ts';

/** Most exemptions of one kind. */
const maxExemptions = 10_000;

const level = z
  .string()
  .default('')
  .transform((text, context): Level => {
    const parsed = parseLevel(text || 'privileged');
    if (parsed === undefined) context.addIssue({ code: 'custom', message: levelMessage });
    return parsed ?? 'privileged';
  });

const version = z
  .string()
  .default('')
  .transform((text, context): Version => {
    const parsed = parseVersion(text || 'latest');
    if (parsed === undefined) context.addIssue({ code: 'custom', message: versionMessage });
    return parsed ?? 'latest';
  });

/** Names, each once, that pass the check. */
const names = (check: (name: string) => string[]) =>
  z
    .array(z.string())
    .max(maxExemptions, `must have at most ${maxExemptions} items`)
    .default([])
    .superRefine((all, context) => {
      for (const [index, name] of all.entries()) {
        const message =
          all.indexOf(name) < index ? `Duplicate value: ${JSON.stringify(name)}` : check(name).join(', ');
        if (message !== '') context.addIssue({ code: 'custom', message, path: [index] });
      }
    });

interface Read {
  readonly defaults: {
    readonly enforce: Level;
    readonly 'enforce-version': Version;
    readonly audit: Level;
    readonly 'audit-version': Version;
    readonly warn: Level;
    readonly 'warn-version': Version;
  };
  readonly exemptions: PodSecurityConfiguration['exemptions'];
}

const kind: ConfigKind<Read> = {
  apiVersions: ['v1', 'v1beta1', 'v1alpha1'].map((name) => `pod-security.admission.config.k8s.io/${name}`),
  kind: 'PodSecurityConfiguration',
  schema: z.strictObject({
    defaults: z
      .strictObject({
        enforce: level,
        'enforce-version': version,
        audit: level,
        'audit-version': version,
        warn: level,
        'warn-version': version,
      })
      .prefault({}),
    exemptions: z
      .strictObject({
        usernames: names((name) => (name === '' ? ['username must not be empty'] : [])),
        namespaces: names(isDNS1123Label),
        runtimeClasses: names(isDNS1123Subdomain),
      })
      .prefault({}),
  }),
};

export function readPodSecurity(path: string, text: string, place: Place): PodSecurityConfiguration {
  const { defaults, exemptions } = parseConfigAt(path, text, place, [kind]);
  const policyOf = (mode: 'enforce' | 'audit' | 'warn'): Policy => ({
    level: defaults[mode],
    version: defaults[`${mode}-version`],
  });
  return {
    defaults: { enforce: policyOf('enforce'), audit: policyOf('audit'), warn: policyOf('warn') },
    exemptions,
  };
}
