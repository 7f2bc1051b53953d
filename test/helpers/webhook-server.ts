import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface WebhookRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface WebhookServer {
  readonly url: string;
  /** Everything that was asked, in order. */
  readonly requests: WebhookRequest[];
  readonly server: Server;
  /** Connections made so far. */
  connections(): number;
}

/** What is answered: the response itself is there for answers that misbehave; then undefined. */
export type WebhookAnswer = (
  request: WebhookRequest,
  response: ServerResponse,
) => object | number | undefined | Promise<object | number | undefined>;

/** A webhook on a real socket, until the test ends. An object is answered as JSON, a number as a status. */
export async function startWebhook(
  t: TestContext,
  answer: WebhookAnswer,
  tls?: ServerOptions,
): Promise<WebhookServer> {
  const requests: WebhookRequest[] = [];
  let connections = 0;
  const listener = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { method, url, headers } = incoming;
    const request = { method, url, headers, body: await text(incoming) };
    requests.push(request);
    const result = await answer(request, response);
    if (typeof result === 'number') response.writeHead(result).end('secret-of-the-webhook');
    else if (result) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
    }
  };
  const server = tls ? createHttps(tls, listener) : createHttp(listener);
  server.on(tls ? 'secureConnection' : 'connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    requests,
    server,
    connections: () => connections,
  };
}

export type KubeconfigFields = Readonly<Record<string, unknown>>;

/** Writes the kubeconfig of a webhook; JSON is YAML. */
export async function writeWebhookConfig(
  path: string,
  cluster: KubeconfigFields,
  user: KubeconfigFields = {},
): Promise<string> {
  const file = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'hook', cluster }],
    users: [{ name: 'server', user }],
    contexts: [{ name: 'hook', context: { cluster: 'hook', user: 'server' } }],
    'current-context': 'hook',
  };
  await writeFile(path, JSON.stringify(file, null, 1));
  return path;
}
