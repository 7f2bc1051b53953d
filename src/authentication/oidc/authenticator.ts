import type { Clock } from '../../apimachinery/clock.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import type { Random } from '../../apimachinery/random.ts';
import { ConfigError } from '../../configuration/config-error.ts';
import type { Reloads } from '../../configuration/reloads.ts';
import type { AuthenticationOptions } from '../options.ts';
import { cachedTokens } from '../token-cache.ts';
import type { TokenAuthenticator } from '../types.ts';
import type { CheckedJwt } from './check-config.ts';
import type { AnonymousConfig } from './config.ts';
import { isGiven, issuerFromFlags, knownAlgorithms } from './from-flags.ts';
import { createIssuer } from './issuer.ts';

export interface ForeignIssuers {
  /** Undefined when there are none, and will be none. */
  readonly authenticator: TokenAuthenticator | undefined;
  /** What `--authentication-config` says of anonymous requests. Does not change while the server runs. */
  readonly anonymous: AnonymousConfig | undefined;
}

interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  readonly reloads: Reloads;
}

/**
 * Tokens of other issuers (OpenID Connect), as `--oidc-*` or `--authentication-config` describe them; the file is read again when it
 * changes. Throws a ConfigError.
 */
export async function foreignIssuers(
  options: AuthenticationOptions,
  disallowedIssuers: readonly string[],
  tools: Tools,
): Promise<ForeignIssuers> {
  const { authenticationConfigFile: path, oidc } = options;
  if (path !== '') return fromFile(path, options, disallowedIssuers, tools);
  const checked = await issuerFromFlags(oidc, disallowedIssuers);
  return {
    authenticator: checked && together([checked], oidc.signingAlgs, tools),
    anonymous: undefined,
  };
}

async function fromFile(
  path: string,
  options: AuthenticationOptions,
  disallowedIssuers: readonly string[],
  tools: Tools,
): Promise<ForeignIssuers> {
  if (isGiven(options.oidc)) {
    throw new ConfigError('authentication-config file and oidc-* flags are mutually exclusive');
  }
  const { anonymousFinding, parseConfigFile } = await import('./config-file.ts');
  let current: TokenAuthenticator | undefined;
  let first: { readonly anonymous: AnonymousConfig | undefined } | undefined;
  await tools.reloads.follow(
    'authentication-config',
    path,
    async (text) => {
      const config = await parseConfigFile(path, text, disallowedIssuers);
      if (first === undefined && config.anonymous && options.anonymous !== undefined) {
        throw anonymousFinding(path, text, anonymousTwice);
      }
      if (first && !jsonEqual(first.anonymous ?? null, config.anonymous ?? null)) {
        throw anonymousFinding(path, text, 'Forbidden: changed from initial configuration file');
      }
      return config;
    },
    ({ jwt, anonymous }) => {
      first ??= { anonymous };
      current = together(jwt, knownAlgorithms, tools);
    },
  );
  return {
    authenticator: { authenticate: (token, audiences) => current?.authenticate(token, audiences) },
    anonymous: first?.anonymous,
  };
}

const anonymousTwice =
  'Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file';

/** How long it is remembered whom a token names, as upstream does with all tokens. */
const rememberedMs = 10_000;

/** A token has one issuer, so that the first one that knows it decides. */
function together(
  checked: readonly CheckedJwt[],
  algorithms: readonly string[],
  { clock, random }: Tools,
): TokenAuthenticator {
  const issuers = checked.map((one) => createIssuer(one, algorithms, clock));
  const first: TokenAuthenticator = {
    async authenticate(token, audiences) {
      for (const issuer of issuers) {
        const result = await issuer.authenticate(token, audiences);
        if (result) return result;
      }
      return undefined;
    },
  };
  return cachedTokens(first, { clock, random, successMs: rememberedMs, failureMs: 0 });
}
