import { z } from 'zod';
import { configFieldErrors, configFinding, parseConfig } from '../../configuration/parse-config.ts';
import { type CheckedConfig, checkConfig } from './check-config.ts';
import type { AuthenticationConfig } from './config.ts';

const text = z.string().default('');

const claim = z.strictObject({ claim: text, expression: text }).prefault({});
const prefixedClaim = z
  .strictObject({ claim: text, prefix: z.string().optional(), expression: text })
  .transform(({ claim, prefix, expression }) => ({ claim, prefix, expression }))
  .prefault({});

const issuer = z
  .strictObject({
    url: text,
    discoveryURL: text,
    certificateAuthority: text,
    audiences: z.array(z.string()).default([]),
    audienceMatchPolicy: text,
    egressSelectorType: text,
  })
  .prefault({});

const list = <T extends z.ZodType>(item: T) => z.array(item).default([]);

const jwt = z.strictObject({
  issuer,
  claimValidationRules: list(
    z.strictObject({ claim: text, requiredValue: text, expression: text, message: text }),
  ),
  claimMappings: z
    .strictObject({
      username: prefixedClaim,
      groups: prefixedClaim,
      uid: claim,
      extra: list(z.strictObject({ key: text, valueExpression: text })),
    })
    .prefault({}),
  userValidationRules: list(z.strictObject({ expression: text, message: text })),
});

const schema = z
  .strictObject({
    jwt: list(jwt),
    anonymous: z
      .strictObject({ enabled: z.boolean(), conditions: list(z.strictObject({ path: z.string() })) })
      .optional(),
  })
  .transform(({ jwt, anonymous }): AuthenticationConfig => ({ jwt, anonymous }));

const kind = {
  apiVersions: ['apiserver.config.k8s.io/v1', 'apiserver.config.k8s.io/v1beta1'],
  kind: 'AuthenticationConfiguration',
  schema,
} as const;

/** Reads `--authentication-config`. `disallowedIssuers` are the server's own. Throws a ConfigError. */
export async function parseConfigFile(
  path: string,
  content: string,
  disallowedIssuers: readonly string[],
): Promise<CheckedConfig> {
  const checked = await checkConfig(parseConfig(path, content, kind), disallowedIssuers);
  if ('errors' in checked) throw configFieldErrors(path, content, checked.errors);
  return checked;
}

/** What is wrong with the field `anonymous` of the file at this time. */
export const anonymousFinding = (path: string, content: string, what: string) =>
  configFinding(path, content, ['anonymous'], what);
