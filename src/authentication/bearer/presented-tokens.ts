import type { PresentedToken } from '../types.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** The tokens that a request brings, and what is to be told about them. */
export interface PresentedTokens {
  readonly tokens: readonly PresentedToken[];
  readonly warnings: readonly string[];
}

const nothing: PresentedTokens = { tokens: [], warnings: [] };

const extraSpaceWarning =
  'the provided Authorization header contains extra space before the bearer token, and is ignored';

/** `Authorization: Bearer <token>`. Other schemes, and no token, are nothing. */
export function headerToken({ authorization }: Headers): PresentedTokens {
  if (authorization === undefined) return nothing;
  const [scheme = '', token, ...more] = (authorization ?? '').trim().split(' ');
  if (scheme.toLowerCase() !== 'bearer' || token === undefined) return nothing;
  if (token === '') return { tokens: [], warnings: more.length > 0 ? [extraSpaceWarning] : [] };
  return { tokens: [{ token }], warnings: [] };
}

const protocolHeader = 'sec-websocket-protocol';
const protocolPrefix = 'base64url.bearer.authorization.k8s.io.';

const protocolsOf = (headers: Headers): string[] =>
  (headers[protocolHeader] ?? '').split(',').map((protocol) => protocol.trim());

const isTokenProtocol = (protocol: string): boolean => protocol.startsWith(protocolPrefix);

const isWebSocket = ({ upgrade = '', connection = '' }: Headers): boolean =>
  upgrade.toLowerCase() === 'websocket' && /(^|,)\s*upgrade\s*(,|$)/.test(connection.toLowerCase());

/**
 * A WebSocket, whose maker in a browser cannot set headers, brings its token as one of the protocols that it offers, in base64
 * without padding. It must offer another one, as the server has to choose one.
 */
export function protocolToken(headers: Headers): readonly PresentedToken[] {
  if (headers[protocolHeader] === undefined || !isWebSocket(headers)) return [];
  const protocols = protocolsOf(headers);
  const [protocol, second] = protocols.filter(isTokenProtocol);
  if (protocol === undefined) return [];
  if (second !== undefined) return [{ invalid: 'multiple base64.bearer.authorization tokens specified' }];
  const encoded = protocol.slice(protocolPrefix.length);
  if (!/^[\w-]*$/.test(encoded)) return [{ invalid: 'invalid base64.bearer.authorization token encoding' }];
  const token = utf8(Buffer.from(encoded, 'base64url'));
  if (token === undefined) return [{ invalid: 'invalid base64.bearer.authorization token' }];
  if (token === '') return [];
  return protocols.length === 1 ? [{ invalid: 'missing additional subprotocol' }] : [{ token }];
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The headers without anything that proves who sent them. */
export function withoutCredentials(headers: Headers): Headers {
  const { authorization, ...rest } = headers;
  const protocols = headers[protocolHeader];
  if (protocols?.includes(protocolPrefix)) {
    const others = protocolsOf(headers).filter((protocol) => !isTokenProtocol(protocol));
    if (others.length > 0) return { ...rest, [protocolHeader]: others.join(', ') };
    const { [protocolHeader]: _token, ...none } = rest;
    return none;
  }
  return authorization === undefined ? headers : rest;
}

/** Whether there is anything to be taken out of them. */
export const bringsCredentials = (headers: Headers): boolean =>
  headers['authorization'] !== undefined || (headers[protocolHeader]?.includes(protocolPrefix) ?? false);
