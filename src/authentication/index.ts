import { type Clock, realClock } from '../apimachinery/clock.ts';
import { type Log, silentLog } from '../apimachinery/log.ts';
import { cryptoRandom, type Random } from '../apimachinery/random.ts';
import type { StampedReader } from '../apimachinery/reader.ts';
import { createReloads, type Reloads } from '../configuration/reloads.ts';
import { anonymous } from './anonymous/authenticator.ts';
import { authenticatedGroup } from './authenticated-group.ts';
import { basic, basicChallenge } from './basic/authenticator.ts';
import { audienceAgnostic } from './bearer/audience-agnostic.ts';
import { bearer } from './bearer/authenticator.ts';
import { bootstrapTokens } from './bootstrap-token/authenticator.ts';
import { type ClientCertificates, createClientCertificates } from './client-certificates.ts';
import { type AuthenticationCounts, createAuthenticationCounts } from './counts.ts';
import { type ForeignIssuers, foreignIssuers } from './oidc/authenticator.ts';
import type { AuthenticationOptions } from './options.ts';
import { type ProxyHeaders, proxyHeaders } from './proxy-headers.ts';
import { requestHeader } from './request-header/authenticator.ts';
import type { LabelSecret } from './service-account/authenticators.ts';
import { checkServiceAccounts, type ServiceAccounts, serviceAccounts } from './service-account/index.ts';
import { tokenFile } from './token-file/authenticator.ts';
import { tokenWebhook } from './token-webhook/authenticator.ts';
import { transport } from './transport/authenticator.ts';
import type { Authenticator, TokenAuthenticator } from './types.ts';
import { unionAuthenticator } from './union.ts';
import { x509 } from './x509/authenticator.ts';

/** What authenticators may use. */
export interface AuthenticationTools {
  readonly reader: StampedReader;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly reloads: Reloads;
  readonly labelSecret: LabelSecret;
  /** The server's own key for service account tokens, in PEM. */
  readonly ownSigningKey: () => Promise<string>;
}

export interface Authentication {
  readonly authenticator: Authenticator;
  /** For whom the credentials of an ordinary request must be meant. */
  readonly audiences: readonly string[];
  /** Whether request parameters may be credentials. */
  readonly queryCredentials: boolean;
  /** What a 401 says in `WWW-Authenticate`. */
  readonly challenge: string | undefined;
  readonly proxyHeaders: ProxyHeaders;
  readonly clientCertificates: ClientCertificates;
  readonly serviceAccounts: ServiceAccounts;
  readonly counts: AuthenticationCounts;
}

/** What a server has that is only tried out: nobody ever asks it. */
const unused = {
  reader: { get: () => undefined, list: () => [], changeStamp: () => 0 },
  labelSecret: () => {},
  ownSigningKey: () => Promise.reject(new Error('there is no key')),
};

/**
 * Throws an Error for options, a ConfigError for files that they name, with which a server must not start. Changes nothing:
 * everything is made as for a server, and thrown away.
 */
export async function checkAuthentication(options: AuthenticationOptions): Promise<void> {
  const reloads = createReloads(realClock, silentLog);
  try {
    const tools = { ...unused, clock: realClock, random: cryptoRandom, log: silentLog, reloads };
    await createAuthentication(options, tools);
  } finally {
    reloads.stop();
  }
}

/** The configuration file decides where it says something, otherwise the flag. */
function anonymousAs(
  { anonymous: flag = true }: AuthenticationOptions,
  { anonymous: config }: ForeignIssuers,
): Authenticator | undefined {
  const { enabled, conditions } = config ?? { enabled: flag, conditions: [] };
  return enabled ? anonymous(conditions.map(({ path }) => path)) : undefined;
}

/**
 * The authenticators that the options ask for, in the reference server's order. Reads the files that the options name; throws
 * a ConfigError when one is not good.
 */
export async function createAuthentication(
  options: AuthenticationOptions,
  tools: AuthenticationTools,
): Promise<Authentication> {
  await checkServiceAccounts(options.serviceAccounts);
  const clientCertificates = await createClientCertificates(options, tools);
  const { users, proxies } = clientCertificates;
  const audiences = options.apiAudiences.length > 0 ? options.apiAudiences : options.serviceAccounts.issuers;
  const accounts = serviceAccounts(options.serviceAccounts, audiences, tools);
  const foreign = await foreignIssuers(options, options.serviceAccounts.issuers, tools);
  // In this order: token file, service accounts, bootstrap tokens, OpenID Connect, webhook. What is known here comes first.
  const tokens: readonly TokenAuthenticator[] = [
    ...(options.tokenFile === ''
      ? []
      : [audienceAgnostic(audiences, await tokenFile(options.tokenFile, tools))]),
    ...accounts.authenticators,
    ...(options.bootstrapTokens
      ? [audienceAgnostic(audiences, bootstrapTokens(tools.reader, tools.clock, tools.log))]
      : []),
    ...(foreign.authenticator ? [audienceAgnostic(audiences, foreign.authenticator)] : []),
    ...(options.tokenWebhook.configFile === ''
      ? []
      : [await tokenWebhook(options.tokenWebhook, audiences, tools)]),
  ];
  // In this order: front proxy, passwords, client certificates, tokens.
  const authenticators: readonly Authenticator[] = [
    ...(proxies ? [requestHeader(options.requestHeader, proxies)] : []),
    transport,
    ...(options.basicAuthFile === '' ? [] : [await basic(options.basicAuthFile, tools)]),
    x509(users),
    bearer(tokens),
  ];
  return {
    authenticator: authenticatedGroup(unionAuthenticator(authenticators, anonymousAs(options, foreign))),
    audiences,
    queryCredentials: options.queryCredentials,
    challenge: options.basicAuthFile === '' ? undefined : basicChallenge,
    proxyHeaders: proxyHeaders(options.requestHeader),
    clientCertificates,
    serviceAccounts: accounts,
    counts: createAuthenticationCounts(),
  };
}
