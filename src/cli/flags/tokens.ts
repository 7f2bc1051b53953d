import { resolve } from 'node:path';
import type { AuthenticationOptions } from '../../authentication/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import * as type from '../flag-types.ts';

export const tokenFlags = Object.freeze({
  'token-auth-file': flag(
    type.text,
    '',
    'Tokens, one a line: token,user,uid or token,user,uid,"group1,group2". Read again when it changes.',
  ),
  'enable-bootstrap-token-auth': flag(
    type.boolean,
    false,
    'Whether Secrets of type bootstrap.kubernetes.io/token in kube-system let nodes join.',
  ),
  'service-account-issuer': flag(
    type.repeated,
    ['https://kubernetes.default.svc'],
    'Who issues service account tokens; repeated to accept the tokens of several, the first one issues.',
  ),
  'service-account-signing-key-file': flag(
    type.text,
    '',
    'RSA or ECDSA key that signs service account tokens; the own sa.key when empty.',
  ),
  'service-account-key-file': flag(
    type.repeated,
    [],
    'RSA or ECDSA keys that verify service account tokens beside the one that signs; repeated for several files.',
  ),
  'service-account-max-token-expiration': flag(
    type.durationMs,
    0,
    'Longest time that a service account token is good for; 0 for as long as is asked.',
  ),
  'service-account-extend-token-expiration': flag(
    type.boolean,
    true,
    'Whether tokens that are mounted into pods are good for a year, and their use beyond their time is noted.',
  ),
  'service-account-jwks-uri': flag(
    type.text,
    '',
    'Where others find the keys of service account tokens; on this server when empty.',
  ),
  'service-account-lookup': flag(
    type.boolean,
    true,
    'Whether a service account token from a Secret must still be there to be good.',
  ),
});

const secondMs = 1_000;

const file = (path: string): string => (path === '' ? '' : resolve(path));

export const tokenOptions = (values: ValuesOf<typeof tokenFlags>) =>
  ({
    tokenFile: file(values['token-auth-file']),
    bootstrapTokens: values['enable-bootstrap-token-auth'],
    serviceAccounts: {
      issuers: values['service-account-issuer'],
      signingKeyFile: file(values['service-account-signing-key-file']),
      keyFiles: values['service-account-key-file'].map(file),
      maxExpirationSeconds: values['service-account-max-token-expiration'] / secondMs,
      extendExpiration: values['service-account-extend-token-expiration'],
      jwksUri: values['service-account-jwks-uri'],
      lookup: values['service-account-lookup'],
    },
  }) satisfies Partial<AuthenticationOptions>;
