import { posix } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { PodHandler } from '../../apimachinery/node-link.ts';
import { onAbort } from '../../apimachinery/on-abort.ts';
import type { WebhookClient } from '../../resources/validation/webhook-client.ts';
import {
  type Connections,
  connectionsTo,
  maxWebhookAnswerBytes,
  type WebhookAnswer,
} from '../../webhook/send.ts';
import type { ServiceBackend } from '../types.ts';
import type { Hook } from './hook.ts';
import { networkErrorText } from './network-errors.ts';

/** Servers that connections are kept to; the one that was not asked for longest goes first. */
const maxKept = 100;

export interface Backends {
  /** POSTs to a hook and answers what it said. Throws a CallError. */
  post(hook: Hook, body: Buffer, signal: AbortSignal): Promise<WebhookAnswer>;
  close(): void;
}

/** Nothing came back that could be read: the message says why, as the reference server would. */
export class CallError extends Error {}

function authorities(caBundle: string): string {
  const text = Buffer.from(caBundle, 'base64').toString('utf8');
  try {
    createSecureContext({ ca: text });
  } catch {
    throw badAuthorities();
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw badAuthorities();
  return text;
}

const badAuthorities = () =>
  new CallError(
    'could not get REST client: unable to load root certificates: unable to parse bytes as PEM block',
  );

/** Where a hook is reached, and how it is named. */
interface Destination {
  /** As the configuration means it: what messages say. */
  readonly text: string;
  /** Where the connection goes. */
  readonly url: URL;
  readonly serverName?: string;
  /** What answers in this process, instead of anything on the network. */
  readonly handler?: PodHandler | undefined;
}

export function createBackends(
  backendOf: (namespace: string, service: string, port: number) => ServiceBackend,
): Backends {
  const kept = new Map<string, Connections>();
  const connectionsOf = ({ url, serverName, text }: Destination, { caBundle }: WebhookClient) => {
    const key = JSON.stringify([url.href, serverName, caBundle]);
    const connections =
      kept.get(key) ??
      connectionsTo({
        ...{ url, text, insecure: false },
        ...(serverName === undefined ? {} : { serverName, host: new URL(text).host }),
        ...(caBundle === undefined ? {} : { ca: authorities(caBundle) }),
      });
    kept.delete(key);
    kept.set(key, connections);
    if (kept.size > maxKept) {
      const [oldest, unused] = kept.entries().next().value!;
      kept.delete(oldest);
      unused.close();
    }
    return connections;
  };
  return {
    async post({ client, timeoutSeconds }, body, signal) {
      const destination = destinationOf(client, timeoutSeconds, backendOf);
      const { handler, text, serverName, url } = destination;
      try {
        if (handler) return await fromHandler(handler, destination, body, signal);
        return await connectionsOf(destination, client).ask(body, signal);
      } catch (error) {
        if (error instanceof CallError) throw error;
        const why = networkErrorText((error as Error).cause as Error | undefined, serverName ?? url.hostname);
        throw new CallError(`failed to call webhook: ${withPlace(text, why ?? (error as Error).message)}`);
      }
    },
    close() {
      for (const connections of kept.values()) connections.close();
    },
  };
}

function destinationOf(
  { url, service }: WebhookClient,
  timeoutSeconds: number,
  backendOf: (namespace: string, service: string, port: number) => ServiceBackend,
): Destination {
  const query = `?timeout=${timeoutSeconds}s`;
  if (url !== undefined) {
    const [, origin = '', path = ''] = /^([a-z]+:\/\/[^/]*)(.*)$/i.exec(url) ?? [];
    const text = `${origin}${cleaned(path)}${query}`;
    return { text, url: new URL(text) };
  }
  const { name = '', namespace = '', path = '', port = httpsPort } = service ?? {};
  const serverName = `${name}.${namespace}.svc`;
  const target = `${cleaned(path)}${query}`;
  const text = `https://${serverName}:${port}${target}`;
  try {
    const { address, port: at, handler } = backendOf(namespace, name, port);
    const host = address.includes(':') ? `[${address}]` : address;
    return { text, url: new URL(`https://${host}:${at}${target}`), serverName, handler };
  } catch (error) {
    throw new CallError(`failed to call webhook: ${withPlace(text, (error as Error).message)}`);
  }
}

/**
 * The path that is asked for: client-go cleans what a configuration says, so that two slashes are one and the last one goes. Many a
 * server redirects whoever asks for the other form.
 */
const cleaned = (path: string): string => posix.resolve('/', path);

/** Errors of connections say already where they went. */
const withPlace = (text: string, why: string): string =>
  why.startsWith('Post "') ? why : `Post "${text}": ${why}`;

const httpsPort = 443;

async function fromHandler(
  handler: PodHandler,
  { text }: Destination,
  body: Buffer,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json, */*' };
  const request = new Request(text, { method: 'POST', body: new Uint8Array(body), headers, signal });
  const answering = async (): Promise<WebhookAnswer> => {
    const answer = await handler(request);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const contentType = answer.headers.get('content-type') ?? '';
    return { status: answer.status, contentType, bytes };
  };
  // A function need not listen to the signal.
  const answer = await unlessAborted(answering(), signal);
  if (answer.bytes.length > maxWebhookAnswerBytes) {
    throw new Error(`the answer is larger than ${maxWebhookAnswerBytes} bytes`);
  }
  return answer;
}

function unlessAborted<T>(task: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    task.then(resolve, reject).finally(forget);
  });
}
