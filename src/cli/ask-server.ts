import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { HttpAgent, httpRequest } from '../apimachinery/node-http.ts';
import { trustOnly } from '../apimachinery/trust-only.ts';
import type { WebhookTarget } from '../webhook/target.ts';

const timeoutMs = 30_000;

/** The server that a kubeconfig leads to. */
export interface Server {
  /** Sends JSON and answers JSON. Throws a Refusal when the server does not answer with success. */
  ask(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<unknown>;
  close(): void;
}

/** An answer that is no success, in the words of the server. */
export class Refusal extends Error {
  readonly code: number;
  constructor(code: number, message: string | undefined) {
    super(`Error from server: ${message ?? code}`);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** Keeps connections between requests until it is closed. */
export function serverAt(target: WebhookTarget): Server {
  const isTls = target.url.protocol === 'https:';
  const tls = {
    ...trustOnly(target.ca),
    ...(target.certificate === undefined ? {} : { cert: target.certificate }),
    ...(target.key === undefined ? {} : { key: target.key() }),
    ...(target.serverName === undefined ? {} : { servername: target.serverName }),
    rejectUnauthorized: !target.insecure,
  };
  const agent = isTls ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true });
  const request = isTls ? httpsRequest : httpRequest;
  return {
    async ask(method, path, content) {
      const url = new URL(path, target.url);
      const authorization = await target.authorization?.();
      const headers = {
        accept: 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
        const outgoing = request(url, { agent, method, headers, timeout: timeoutMs }, (incoming) => {
          text(incoming).then((all) => resolve({ status: incoming.statusCode ?? 0, body: all }), reject);
        });
        outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
        outgoing.on('error', reject);
        outgoing.end(content === undefined ? undefined : JSON.stringify(content));
      });
      const answer = JSON.parse(body) as { message?: string };
      if (status < 200 || status > 299) throw new Refusal(status, answer.message);
      return answer;
    },
    close: () => agent.destroy(),
  };
}
