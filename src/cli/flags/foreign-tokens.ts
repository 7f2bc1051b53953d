import { resolve } from 'node:path';
import type { AuthenticationOptions } from '../../authentication/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import * as type from '../flag-types.ts';

const minuteMs = 60_000;

export const foreignTokenFlags = Object.freeze({
  'authentication-config': flag(
    type.text,
    '',
    'AuthenticationConfiguration: issuers of tokens, and where anonymous requests are served. Read again when it changes.',
  ),
  'oidc-issuer-url': flag(type.text, '', 'Issuer of OpenID Connect tokens that are accepted; an https URL.'),
  'oidc-client-id': flag(type.text, '', 'For whom these tokens must be meant.'),
  'oidc-ca-file': flag(
    type.text,
    '',
    'Authorities that the certificate of the issuer must be of, instead of those that this machine trusts.',
  ),
  'oidc-username-claim': flag(type.text, 'sub', 'Claim with the user name.'),
  'oidc-username-prefix': flag(
    type.text,
    '',
    'What is put before user names; the issuer and # when empty, unless they are e-mail addresses; nothing for -.',
  ),
  'oidc-groups-claim': flag(type.text, '', 'Claim with the groups: a text, or a list of texts.'),
  'oidc-groups-prefix': flag(type.text, '', 'What is put before groups.'),
  'oidc-signing-algs': flag(
    type.list,
    ['RS256'],
    'Algorithms with which tokens may be signed: RS, ES or PS with 256, 384 or 512.',
  ),
  'oidc-required-claim': flag(type.pairs, {}, 'key=value: a claim that tokens must have. May be repeated.'),
  'authentication-token-webhook-config-file': flag(
    type.text,
    '',
    'Kubeconfig of a server that is asked about tokens which nobody here knows.',
  ),
  'authentication-token-webhook-cache-ttl': flag(
    type.durationMs,
    2 * minuteMs,
    'How long the answers of that server are remembered.',
  ),
  'authentication-token-webhook-version': flag(
    type.text,
    'v1beta1',
    'Version of the TokenReview that is sent to that server: v1 or v1beta1.',
  ),
});

/** '' stays what it is: no file. */
const path = (text: string): string => (text === '' ? '' : resolve(text));

/** What the flags mean to authentication. */
export const foreignTokenOptions = (
  values: ValuesOf<typeof foreignTokenFlags>,
): Pick<AuthenticationOptions, 'authenticationConfigFile' | 'oidc' | 'tokenWebhook'> => ({
  authenticationConfigFile: path(values['authentication-config']),
  oidc: {
    issuerUrl: values['oidc-issuer-url'],
    clientId: values['oidc-client-id'],
    caFile: path(values['oidc-ca-file']),
    usernameClaim: values['oidc-username-claim'],
    usernamePrefix: values['oidc-username-prefix'],
    groupsClaim: values['oidc-groups-claim'],
    groupsPrefix: values['oidc-groups-prefix'],
    signingAlgs: values['oidc-signing-algs'],
    requiredClaims: values['oidc-required-claim'],
  },
  tokenWebhook: {
    configFile: path(values['authentication-token-webhook-config-file']),
    cacheTtlMs: values['authentication-token-webhook-cache-ttl'],
    version: values['authentication-token-webhook-version'],
  },
});
