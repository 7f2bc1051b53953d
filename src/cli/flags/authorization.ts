import { resolve } from 'node:path';
import {
  type AuthorizationMode,
  type AuthorizationOptions,
  authorizationModes,
} from '../../authorization/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import type { FlagType } from '../flag-types.ts';
import * as type from '../flag-types.ts';

const modes: FlagType<readonly AuthorizationMode[]> = {
  placeholder: 'modes',
  parse: (text, earlier) =>
    type.list.parse(text, earlier).map((mode) => {
      const known = authorizationModes.find((candidate) => candidate === mode);
      if (known === undefined)
        throw new Error(`authorization-mode ${JSON.stringify(mode)} is not a valid mode`);
      return known;
    }),
};

export const authorizationFlags = Object.freeze({
  'authorization-mode': flag(
    modes,
    [],
    `Authorizers to ask, in order: ${authorizationModes.join(', ')}. Node and RBAC if neither this nor --authorization-config is given.`,
  ),
  'authorization-policy-file': flag(
    type.text,
    '',
    'File with policies for the mode ABAC, one JSON object a line.',
  ),
  'authorization-webhook-config-file': flag(
    type.text,
    '',
    'File in the format of a kubeconfig that says where the webhook of the mode Webhook is.',
  ),
  'authorization-webhook-version': flag(
    type.oneOf('v1beta1', 'v1'),
    'v1beta1',
    'Version of the SubjectAccessReview that the webhook is sent.',
  ),
  'authorization-webhook-cache-authorized-ttl': flag(
    type.durationMs,
    300_000,
    'How long it is remembered that the webhook allowed something.',
  ),
  'authorization-webhook-cache-unauthorized-ttl': flag(
    type.durationMs,
    30_000,
    'How long it is remembered that the webhook did not allow something.',
  ),
  'authorization-config': flag(
    type.text,
    '',
    'File with an AuthorizationConfiguration, read again when it changes; instead of --authorization-mode and --authorization-webhook-*.',
  ),
});

const path = (text: string): string => (text === '' ? '' : resolve(text));

/** What the flags mean to authorization. */
export const authorizationOptions = (
  values: ValuesOf<typeof authorizationFlags>,
): Partial<AuthorizationOptions> => ({
  modes: values['authorization-mode'],
  policyFile: path(values['authorization-policy-file']),
  webhookConfigFile: path(values['authorization-webhook-config-file']),
  webhookVersion: values['authorization-webhook-version'],
  webhookAuthorizedTtlMs: values['authorization-webhook-cache-authorized-ttl'],
  webhookUnauthorizedTtlMs: values['authorization-webhook-cache-unauthorized-ttl'],
  configFile: path(values['authorization-config']),
});
