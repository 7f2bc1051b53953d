import { z } from 'zod';
import { parseConfig } from '../configuration/parse-config.ts';
import { aescbc } from './ciphers/aescbc.ts';
import { aesgcm } from './ciphers/aesgcm.ts';
import { identity } from './ciphers/identity.ts';
import { secretbox } from './ciphers/secretbox.ts';
import { parseGroupResource, type ResourcePattern, resourceProblem } from './resource-pattern.ts';
import type { Cipher, Provider } from './types.ts';

/** Which resources are written by the first of which providers, and may be read by all of them. */
export interface EncryptionRule {
  readonly resources: readonly ResourcePattern[];
  readonly providers: readonly Provider[];
}

const aesKeyBytes = [16, 24, 32];
const secretboxKeyBytes = [32];

/** Nothing of a secret may get into a message, its length aside. */
const secret = (lengths: readonly number[]) =>
  z
    .string()
    .min(1, { error: 'secret is a mandatory field for a key' })
    .transform((text, context) => {
      const bytes = Buffer.from(text, 'base64');
      const isBase64 = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
      if (!isBase64) context.addIssue({ code: 'custom', message: 'secrets must be base64 encoded' });
      else if (!lengths.includes(bytes.length)) {
        context.addIssue({
          code: 'custom',
          message: `secret is not of the expected length, got ${bytes.length}, expected one of [${lengths.join(' ')}]`,
        });
      }
      return new Uint8Array(bytes);
    });

const keys = (lengths: readonly number[]) =>
  z.strictObject({
    keys: z
      .array(
        z.strictObject({
          name: z.string().min(1, { error: 'name is a mandatory field for a key' }),
          secret: secret(lengths),
        }),
      )
      .min(1, { error: 'at least one keys is required' }),
  });

const provider = z
  .strictObject({
    aescbc: keys(aesKeyBytes).optional(),
    aesgcm: keys(aesKeyBytes).optional(),
    secretbox: keys(secretboxKeyBytes).optional(),
    identity: z.strictObject({}).optional(),
    kms: z
      .never({ error: 'key management services are not supported; use aescbc, aesgcm or secretbox' })
      .optional(),
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    error: 'provider does not contain any of the expected providers: AESGCM, AESCBC, Secretbox, Identity',
  })
  .refine((given) => Object.values(given).filter((value) => value !== undefined).length <= 1, {
    error: 'more than one provider specified in a single element, should split into different list elements',
  });

const resourceName = z.string().superRefine((text, context) => {
  const message = resourceProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const rule = z.strictObject({
  resources: z
    .array(resourceName)
    .min(1, { error: 'at least one resources is required' })
    .superRefine((names, context) => {
      const patterns = names.map(parseGroupResource);
      const isDuplicate = new Set(names).size < names.length;
      if (isDuplicate) {
        context.addIssue({ code: 'custom', message: 'the same resource cannot be specified multiple times' });
      } else if (patterns.some((one) => patterns.some((other) => one !== other && one.covers(other)))) {
        context.addIssue({
          code: 'custom',
          message:
            "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked",
        });
      }
    }),
  providers: z.array(provider).min(1, { error: 'at least one providers is required' }),
});

const configuration = z.strictObject({
  resources: z.array(rule).min(1, { error: 'at least one resources is required' }),
});

/** Reads a file of `--encryption-provider-config`. Throws a ConfigError that names file, line and field. */
export function parseEncryption(path: string, text: string): readonly EncryptionRule[] {
  const { resources } = parseConfig(path, text, {
    apiVersions: ['apiserver.config.k8s.io/v1', 'v1'],
    kind: 'EncryptionConfiguration',
    schema: configuration,
  });
  return resources.map((given) => ({
    resources: given.resources.map(parseGroupResource),
    providers: given.providers.flatMap(providersOf),
  }));
}

const makers = { aescbc, aesgcm, secretbox } as const;

/** Each key is a provider of its own. */
function providersOf(given: z.output<typeof provider>): Provider[] {
  if (given.identity) return [{ prefix: '', cipher: identity }];
  return (Object.keys(makers) as (keyof typeof makers)[]).flatMap((name) =>
    (given[name]?.keys ?? []).map((key) => ({
      prefix: `k8s:enc:${name}:v1:${key.name}:`,
      cipher: makers[name](key.secret) satisfies Cipher,
    })),
  );
}
