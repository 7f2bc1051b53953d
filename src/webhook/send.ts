import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { createGunzip } from 'node:zlib';
import { HttpAgent, httpRequest } from '../apimachinery/node-http.ts';
import { onAbort } from '../apimachinery/on-abort.ts';
import { trustOnly } from '../apimachinery/trust-only.ts';
import { WebhookError } from './errors.ts';
import { targetText, type WebhookTarget } from './target.ts';

/** Largest answer of a webhook, bytes. */
export const maxWebhookAnswerBytes = 3 * 1024 * 1024;
/** Connections to one webhook; requests beyond wait for one. */
export const maxWebhookConnections = 100;

export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Connections to one webhook, kept between requests. */
export interface Connections {
  /** POSTs once. Answers the bytes of a 2xx. Throws a WebhookError; what `signal` aborts with when it does. */
  send(body: Buffer, signal: AbortSignal): Promise<Buffer>;
  /** As `send`, whatever the status. What the network said is the `cause` of a WebhookError. */
  ask(body: Buffer, signal: AbortSignal): Promise<WebhookAnswer>;
  close(): void;
}

const agentOptions = { keepAlive: true, maxSockets: maxWebhookConnections, scheduling: 'lifo' } as const;

export function connectionsTo(target: WebhookTarget): Connections {
  const { url } = target;
  const agent =
    url.protocol === 'https:'
      ? new HttpsAgent({ ...agentOptions, ...tlsOf(target) })
      : new HttpAgent(agentOptions);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const post = async <T>(
    body: Buffer,
    signal: AbortSignal,
    receive: (incoming: IncomingMessage) => Promise<T>,
  ): Promise<T> => {
    const authorization = await target.authorization?.();
    signal.throwIfAborted();
    const headers = {
      accept: 'application/json, */*',
      'accept-encoding': 'gzip',
      'content-type': 'application/json',
      'content-length': body.length,
      'user-agent': 'binnacle',
      ...(target.host === undefined ? {} : { host: target.host }),
      ...(authorization === undefined ? {} : { authorization }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { agent, method: 'POST', headers }, (incoming) => {
        receive(incoming).then(resolve, reject);
      });
      const forget = onAbort(signal, () => {
        reject(signal.reason);
        outgoing.destroy();
      });
      outgoing.on('close', forget);
      outgoing.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(target, error)));
      outgoing.end(body);
    });
  };
  return {
    send: (body, signal) => post(body, signal, (incoming) => receiveGood(target, incoming)),
    ask: (body, signal) =>
      post(body, signal, async (incoming) => ({
        status: incoming.statusCode ?? 0,
        contentType: incoming.headers['content-type'] ?? '',
        bytes: await read(incoming, (what, more) => failed(target, incoming, what, more)),
      })),
    close: () => agent.destroy(),
  };
}

const tlsOf = ({ ca, certificate, key, serverName, insecure }: WebhookTarget) => ({
  ...trustOnly(ca),
  ...(certificate === undefined ? {} : { cert: certificate }),
  ...(key === undefined ? {} : { key: key() }),
  ...(serverName === undefined ? {} : { servername: serverName }),
  rejectUnauthorized: !insecure,
  checkServerIdentity: (host: string, certificate: PeerCertificate) =>
    checkServerIdentity(host, { ...certificate, subject: noName }),
});

/** Only alternative names name a server, as in Go. */
const noName = {} as PeerCertificate['subject'];

/** A wrong certificate stays wrong; whatever else happens to a connection may pass. */
function unreachable(target: WebhookTarget, error: NodeJS.ErrnoException): WebhookError {
  const { code = '' } = error;
  const temporary =
    /^(E[A-Z]+|UND_|HPE_)/.test(code) && !/^(ERR_TLS|ERR_SSL)/.test(code) && !code.includes('CERT');
  // Only the code: messages of the library may hold parts of an answer.
  return new WebhookError(`Post "${targetText(target)}": ${reasonOf(code)}`, { temporary, cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by an unknown authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is signed by an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is signed by an unknown authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
};

const reasonOf = (code: string): string =>
  Object.hasOwn(reasons, code)
    ? reasons[code]!
    : code === ''
      ? 'the connection failed'
      : `the connection failed (${code})`;

type Failure = (what: string, more?: { readonly temporary?: boolean }) => WebhookError;

function failed(
  target: WebhookTarget,
  incoming: IncomingMessage,
  what: string,
  more: { readonly temporary?: boolean; readonly retryAfterMs?: number } = {},
): WebhookError {
  const { statusCode: status = 0 } = incoming;
  incoming.destroy();
  return new WebhookError(`Post "${targetText(target)}": ${what}`, { status, ...more });
}

async function receiveGood(target: WebhookTarget, incoming: IncomingMessage): Promise<Buffer> {
  const { statusCode = 0, headers } = incoming;
  if (statusCode >= 300 && statusCode < 400)
    throw failed(target, incoming, `the answer is a redirect (${statusCode}); redirects are not followed`);
  if (statusCode < 200 || statusCode >= 300) {
    throw failed(target, incoming, `the answer is ${statusCode}`, {
      temporary: statusCode === 429 || statusCode >= 500,
      ...retryAfter(headers['retry-after']),
    });
  }
  return read(incoming, (what, more) => failed(target, incoming, what, more));
}

async function read(incoming: IncomingMessage, fail: Failure): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of unpacked(incoming) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxWebhookAnswerBytes)
        throw fail(`the answer is larger than ${maxWebhookAnswerBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof WebhookError ? error : fail('the answer broke off', { temporary: true });
  }
  return Buffer.concat(chunks);
}

const unpacked = (incoming: IncomingMessage): Readable =>
  incoming.headers['content-encoding'] === 'gzip' ? pipeline(incoming, createGunzip(), () => {}) : incoming;

const secondMs = 1_000;

/** `Retry-After` in seconds; a date is not looked at, as in client-go. */
const retryAfter = (header: string | undefined): { readonly retryAfterMs?: number } =>
  header !== undefined && /^\d{1,6}$/.test(header) ? { retryAfterMs: Number(header) * secondMs } : {};
