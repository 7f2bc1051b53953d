import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { parse } from 'yaml';
import type { RunningServer } from '../../../src/start-server.ts';
import { type Api, apiOver } from '../../helpers/api.ts';

/** The API over TLS, as the administrator whom the server's kubeconfig names. */
export async function apiOf({ kubeconfigPath, url }: RunningServer): Promise<Api & AsyncDisposable> {
  const { clusters, users } = parse(await readFile(kubeconfigPath, 'utf8'));
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const agent = new Agent({
    keepAlive: true,
    ca: bytes(clusters[0].cluster['certificate-authority-data']),
    cert: bytes(users[0].user['client-certificate-data']),
    key: bytes(users[0].user['client-key-data']),
  });
  const send: typeof fetch = async (to, { method, headers, body } = {}) => {
    const { pathname, search } = new URL(String(to));
    const given = Object.fromEntries(new Headers(headers));
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${url}${pathname}${search}`,
        { agent, method, headers: given },
        (incoming) => {
          const answer = (content: Buffer<ArrayBuffer>) =>
            new Response(content, { status: incoming.statusCode! });
          buffer(incoming).then((content) => resolve(answer(content)), reject);
        },
      );
      outgoing.on('error', reject).end(body);
    });
  };
  return { ...apiOver(send), [Symbol.asyncDispose]: async () => agent.destroy() };
}

/** A port at which nobody listens. */
export const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
