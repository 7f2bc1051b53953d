import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { parseGoDuration } from '../apimachinery/duration.ts';
import { isDNS1123Subdomain } from '../apimachinery/names.ts';
import { type ConfigKind, configFinding, parseConfig } from '../configuration/parse-config.ts';
import { authorizationModes } from './options.ts';
import type { PlannedAuthorizer, WebhookPlan } from './plan.ts';

/** Most authorizers in one file. */
export const maxAuthorizers = 100;
/** Most match conditions of one webhook. */
export const maxMatchConditions = 64;

const maxTimeoutMs = 30_000;
const defaultAuthorizedTtl = '5m';
const defaultUnauthorizedTtl = '30s';

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: ({ input }) => unsupported(input, values) });

const unsupported = (input: unknown, values: readonly string[]) =>
  input === undefined
    ? 'Required value'
    : `Unsupported value: ${JSON.stringify(input)}: supported values: ${values.map((value) => JSON.stringify(value)).join(', ')}`;

/** A Go duration, in milliseconds. */
const duration = z.string().transform((text, context) => {
  try {
    return parseGoDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** 0 means the default, as in Go. */
const timeToLive = (fallback: string) =>
  duration
    .default(0)
    .refine((ms) => ms >= 0, 'must be > 0s')
    .transform((ms) => ms || parseGoDuration(fallback));

const webhook = z.strictObject({
  authorizedTTL: timeToLive(defaultAuthorizedTtl),
  cacheAuthorizedRequests: z.boolean().default(true),
  unauthorizedTTL: timeToLive(defaultUnauthorizedTtl),
  cacheUnauthorizedRequests: z.boolean().default(true),
  timeout: duration.refine((ms) => ms > 0 && ms <= maxTimeoutMs, 'must be > 0s and <= 30s'),
  subjectAccessReviewVersion: oneOf(['v1', 'v1beta1']),
  matchConditionSubjectAccessReviewVersion: oneOf(['v1']).optional(),
  failurePolicy: oneOf(['NoOpinion', 'Deny']),
  connectionInfo: z.strictObject({
    type: oneOf(['KubeConfigFile']),
    kubeConfigFile: z.string().refine(isAbsolute, 'must be an absolute path'),
  }),
  matchConditions: z
    .array(z.strictObject({ expression: z.string() }))
    .max(maxMatchConditions, `must have at most ${maxMatchConditions} items`)
    .default([]),
});

const configuration: ConfigKind<{ authorizers: Entry[] }> = {
  apiVersions: [
    'apiserver.config.k8s.io/v1',
    'apiserver.config.k8s.io/v1beta1',
    'apiserver.config.k8s.io/v1alpha1',
  ],
  kind: 'AuthorizationConfiguration',
  schema: z.strictObject({
    authorizers: z
      .array(
        z.strictObject({ type: oneOf(authorizationModes), name: z.string(), webhook: webhook.optional() }),
      )
      .min(1, 'at least one authorization mode must be defined')
      .max(maxAuthorizers),
  }),
};

interface Entry {
  type: (typeof authorizationModes)[number];
  name: string;
  webhook?: z.output<typeof webhook> | undefined;
}

/**
 * Reads an AuthorizationConfiguration. Throws a ConfigError that names file, line and field. Expressions are compiled, which loads
 * the language, only when there are any.
 */
export async function parseAuthorizationConfig(
  path: string,
  text: string,
): Promise<readonly PlannedAuthorizer[]> {
  const { authorizers } = parseConfig(path, text, configuration);
  const wrong = (place: readonly PropertyKey[], what: string) =>
    configFinding(path, text, ['authorizers', ...place], what);
  const names = new Set<string>();
  const types = new Set<string>();
  for (const [at, { type, name, webhook: given }] of authorizers.entries()) {
    if (types.has(type) && type !== 'Webhook') throw wrong([at, 'type'], duplicate(type));
    types.add(type);
    if (name === '') throw wrong([at, 'name'], 'Required value');
    if (names.has(name)) throw wrong([at, 'name'], duplicate(name));
    names.add(name);
    const [problem] = isDNS1123Subdomain(name);
    if (problem !== undefined) throw wrong([at, 'name'], `authorizer name is invalid: ${problem}`);
    if (type === 'Webhook' && !given) throw wrong([at, 'webhook'], 'required when type=Webhook');
    if (type !== 'Webhook' && given) throw wrong([at, 'webhook'], 'may only be specified when type=Webhook');
    if (given) await checkConditions(given, (place, what) => wrong([at, 'webhook', ...place], what));
  }
  return authorizers.map(({ type, name, webhook: given }) =>
    type === 'Webhook' ? { type, name, webhook: planOf(given!) } : { type, name },
  );
}

const duplicate = (value: string): string => `Duplicate value: ${JSON.stringify(value)}`;

async function checkConditions(
  { matchConditions, matchConditionSubjectAccessReviewVersion: version }: NonNullable<Entry['webhook']>,
  wrong: (place: readonly PropertyKey[], what: string) => Error,
): Promise<void> {
  if (matchConditions.length === 0) return;
  if (version === undefined) {
    throw wrong(['matchConditionSubjectAccessReviewVersion'], 'required if match conditions are specified');
  }
  const { CelCompileError } = await import('../cel/index.ts');
  const { compileCondition } = await import('./webhook/match-conditions.ts');
  const seen = new Set<string>();
  for (const [at, { expression }] of matchConditions.entries()) {
    const place = ['matchConditions', at, 'expression'];
    if (expression.trim() === '') throw wrong(place, 'Required value');
    if (seen.has(expression)) throw wrong(place, duplicate(expression));
    seen.add(expression);
    try {
      compileCondition(expression);
    } catch (error) {
      throw error instanceof CelCompileError ? wrong(place, error.problem) : error;
    }
  }
}

const planOf = (given: NonNullable<Entry['webhook']>): WebhookPlan => ({
  kubeconfig: given.connectionInfo.kubeConfigFile,
  timeoutMs: given.timeout,
  version: given.subjectAccessReviewVersion,
  authorizedTtlMs: given.cacheAuthorizedRequests ? given.authorizedTTL : 0,
  unauthorizedTtlMs: given.cacheUnauthorizedRequests ? given.unauthorizedTTL : 0,
  failurePolicy: given.failurePolicy,
  matchConditions: given.matchConditions.map(({ expression }) => expression),
});
