import { resolve } from 'node:path';
import type { AuthenticationOptions } from '../../authentication/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import * as type from '../flag-types.ts';
import { clientCertificateFlags, clientCertificateOptions } from './client-certificates.ts';
import { foreignTokenFlags, foreignTokenOptions } from './foreign-tokens.ts';
import { tokenFlags, tokenOptions } from './tokens.ts';

export const authenticationFlags = Object.freeze({
  ...clientCertificateFlags,
  ...foreignTokenFlags,
  ...tokenFlags,
  'anonymous-auth': flag<boolean | undefined>(
    type.boolean,
    undefined,
    'Whether requests without credentials are served as system:anonymous; when not given, they are, unless --authentication-config says otherwise.',
  ),
  'basic-auth-file': flag(
    type.text,
    '',
    'Not in kube-apiserver any more: password,user,uid,"groups", one user a line; passwords may be hashed (binnacle hash-password). Read again when it changes.',
  ),
  'enable-query-token': flag(
    type.boolean,
    false,
    'Whether credentials are also taken from request parameters: access_token, or username and password.',
  ),
  'api-audiences': flag(
    type.list,
    [],
    'For whom tokens must be meant to be accepted; the issuers of service account tokens when empty.',
  ),
});

/** What the flags mean to authentication. */
export const authenticationOptions = (
  values: ValuesOf<typeof authenticationFlags>,
): Partial<AuthenticationOptions> => ({
  anonymous: values['anonymous-auth'],
  queryCredentials: values['enable-query-token'],
  apiAudiences: values['api-audiences'],
  basicAuthFile: values['basic-auth-file'] === '' ? '' : resolve(values['basic-auth-file']),
  ...clientCertificateOptions(values),
  ...foreignTokenOptions(values),
  ...tokenOptions(values),
});
