import {
  bringsCredentials,
  headerToken,
  protocolToken,
  withoutCredentials,
} from '../../authentication/bearer/presented-tokens.ts';
import type { Authentication } from '../../authentication/index.ts';
import type { Credentials } from '../../authentication/types.ts';
import type { Core } from '../core.ts';
import type { Exchange } from '../exchange.ts';
import { type Request, warn } from '../request.ts';

const tokenParameter = 'access_token';
const passwordParameters = ['username', 'password'] as const;

/**
 * What a request shows about who sent it. Takes it out of the request: whoever comes after authentication, logs and audit
 * among them, does not see it. A token in the query is taken out also where it means nothing, as it is one all the same; only what
 * is passed on to a proxied server is its own.
 */
export function takeCredentials({ authentication }: Core, request: Request): Credentials {
  const { exchange } = request;
  const { headers, peer } = exchange;
  const { query } = request.info;
  const fromHeader = headerToken(headers);
  for (const text of fromHeader.warnings) warn(request, text);
  const token = authentication.queryCredentials ? (query.get(tokenParameter) ?? '') : '';
  const credentials: Credentials = {
    headers,
    headerValues: (name) => exchange.headerValues(name),
    path: request.info.path,
    certificates: peer.certificates,
    transportUser: peer.user,
    tokens:
      token === '' && headers['sec-websocket-protocol'] === undefined
        ? fromHeader.tokens
        : [...fromHeader.tokens, ...protocolToken(headers), ...(token === '' ? [] : [{ token }])],
    parameters: authentication.queryCredentials ? passwordIn(query) : undefined,
    audiences: authentication.audiences,
  };
  clear(request, authentication);
  return credentials;
}

function passwordIn(query: URLSearchParams): Credentials['parameters'] {
  const [username, password] = passwordParameters.map((name) => query.get(name));
  return username && password ? { username, password } : undefined;
}

function clear(request: Request, { queryCredentials, proxyHeaders }: Authentication): void {
  const { exchange, info } = request;
  if (info.query.size === 0 && !bringsCredentials(exchange.headers) && !proxyHeaders.areIn(exchange.headers))
    return;
  const isProxied = info.subresource === 'proxy' && !queryCredentials;
  const secret = [tokenParameter, ...(queryCredentials ? passwordParameters : [])].filter(
    (name) => !isProxied && info.query.has(name),
  );
  const { headers } = exchange;
  if (secret.length === 0 && !bringsCredentials(headers) && !proxyHeaders.areIn(headers)) return;
  for (const name of secret) info.query.delete(name);
  request.exchange = cleared(exchange, secret, proxyHeaders.without(withoutCredentials(headers)));
}

/** The same exchange; what it does is still done by the one that the transport made. */
function cleared(exchange: Exchange, secret: readonly string[], headers: Exchange['headers']): Exchange {
  return {
    method: exchange.method,
    target: secret.length === 0 ? exchange.target : withoutParameters(exchange.target, secret),
    headers,
    headerValues(name) {
      const value = headers[name];
      if (value === exchange.headers[name]) return exchange.headerValues(name);
      return value === undefined ? [] : [value];
    },
    peer: exchange.peer,
    ...(exchange.upgrade ? { upgrade: exchange.upgrade } : {}),
    ...(exchange.tunnel ? { tunnel: exchange.tunnel } : {}),
    sink: exchange.sink,
    get signal() {
      return exchange.signal;
    },
    body: (limitBytes) => exchange.body(limitBytes),
  };
}

/** Names may be written with escapes, so each pair is read as a query of its own. */
function withoutParameters(target: string, names: readonly string[]): string {
  const mark = target.indexOf('?');
  const kept = target
    .slice(mark + 1)
    .split('&')
    .filter((pair) => !names.some((name) => new URLSearchParams(pair).has(name)));
  const path = target.slice(0, mark);
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}
