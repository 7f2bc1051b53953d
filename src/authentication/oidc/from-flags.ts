import { ConfigError } from '../../configuration/config-error.ts';
import { readText } from '../../configuration/read-text.ts';
import type { OidcOptions } from '../options.ts';
import { type CheckedJwt, checkConfig } from './check-config.ts';
import type { JwtConfig } from './config.ts';

/** What may sign a token at all: nothing symmetric, and never `none`. */
export const knownAlgorithms: readonly string[] = Object.freeze([
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
]);

/** Whether any of the flags was given. */
export const isGiven = ({ issuerUrl, clientId, ...more }: OidcOptions): boolean =>
  issuerUrl !== '' ||
  clientId !== '' ||
  more.caFile !== '' ||
  more.usernamePrefix !== '' ||
  more.groupsClaim !== '' ||
  more.groupsPrefix !== '' ||
  Object.keys(more.requiredClaims).length > 0;

/** The issuer that `--oidc-*` describe; undefined when they describe none. Throws a ConfigError. */
export async function issuerFromFlags(
  options: OidcOptions,
  disallowedIssuers: readonly string[],
): Promise<CheckedJwt | undefined> {
  if (!isGiven(options)) return undefined;
  if (options.issuerUrl === '' || options.clientId === '') {
    throw new ConfigError(
      'oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set',
    );
  }
  const unknown = options.signingAlgs.find((algorithm) => !knownAlgorithms.includes(algorithm));
  if (unknown !== undefined)
    throw new ConfigError(`oidc: unsupported signing alg: ${JSON.stringify(unknown)}`);
  const certificateAuthority = options.caFile === '' ? '' : await readText(options.caFile);
  const config = configOf(options, certificateAuthority);
  const checked = await checkConfig({ jwt: [config], anonymous: undefined }, disallowedIssuers);
  if ('jwt' in checked) return checked.jwt[0];
  const [{ field = '', message = '' } = {}] = checked.errors;
  throw new ConfigError(`--oidc-*: ${field.replace(/^jwt\[0\]\./, '')}: ${message}`);
}

function configOf(options: OidcOptions, certificateAuthority: string): JwtConfig {
  const { issuerUrl, clientId, usernameClaim, groupsClaim, groupsPrefix, requiredClaims } = options;
  return {
    issuer: {
      url: issuerUrl,
      discoveryURL: '',
      certificateAuthority,
      audiences: [clientId],
      audienceMatchPolicy: '',
      egressSelectorType: '',
    },
    claimValidationRules: Object.entries(requiredClaims).map(([claim, requiredValue]) => ({
      claim,
      requiredValue,
      expression: '',
      message: '',
    })),
    claimMappings: {
      username: { claim: usernameClaim, prefix: usernamePrefix(options), expression: '' },
      groups: { claim: groupsClaim, prefix: groupsClaim === '' ? undefined : groupsPrefix, expression: '' },
      uid: { claim: '', expression: '' },
      extra: [],
    },
    userValidationRules: [],
  };
}

/** Names of other claims than `email` are told apart from those of other issuers; `-` says that this is not wanted. */
function usernamePrefix({ usernamePrefix: prefix, usernameClaim, issuerUrl }: OidcOptions): string {
  if (prefix === '-') return '';
  return prefix === '' && usernameClaim !== 'email' ? `${issuerUrl}#` : prefix;
}
