import type { Clock } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Random } from '../apimachinery/random.ts';
import type { StampedReader } from '../apimachinery/reader.ts';
import type { Reloads } from '../configuration/reloads.ts';
import { anonymous } from './anonymous/authenticator.ts';
import { authenticatedGroup } from './authenticated-group.ts';
import { bearer } from './bearer/authenticator.ts';
import type { AuthenticationOptions } from './options.ts';
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
}

export interface Authentication {
  readonly authenticator: Authenticator;
  /** For whom the credentials of an ordinary request must be meant. */
  readonly audiences: readonly string[];
  /** Whether request parameters may be credentials. */
  readonly queryCredentials: boolean;
}

const defaultIssuer = 'https://kubernetes.default.svc';

/** Throws a ConfigError for options, and files that they name, with which a server must not start. Changes nothing. */
export async function checkAuthentication(_options: AuthenticationOptions): Promise<void> {}

/**
 * The authenticators that the options ask for, in the reference server's order. Reads the files that the options name; throws
 * a ConfigError when one is not good.
 */
export async function createAuthentication(
  options: AuthenticationOptions,
  _tools: AuthenticationTools,
): Promise<Authentication> {
  const audiences = options.apiAudiences.length > 0 ? options.apiAudiences : [defaultIssuer];
  // In this order: token file, service accounts, bootstrap tokens, OpenID Connect, webhook. What is known here comes first.
  const tokens: readonly TokenAuthenticator[] = [];
  // In this order: front proxy, client certificates, passwords, tokens.
  const authenticators: readonly Authenticator[] = [transport, x509, bearer(tokens)];
  return {
    authenticator: authenticatedGroup(
      unionAuthenticator(authenticators, options.anonymous ? anonymous : undefined),
    ),
    audiences,
    queryCredentials: options.queryCredentials,
  };
}
