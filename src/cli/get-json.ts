import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { WebhookTarget } from '../webhook/target.ts';

const timeoutMs = 30_000;

/** GETs a path of the server that a kubeconfig leads to. Throws an Error with its message when it refuses. */
export async function getJson(target: WebhookTarget, path: string): Promise<unknown> {
  const url = new URL(path, target.url);
  const authorization = await target.authorization?.();
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const tls = {
    ...(target.ca === undefined ? {} : { ca: target.ca }),
    ...(target.certificate === undefined ? {} : { cert: target.certificate }),
    ...(target.key === undefined ? {} : { key: target.key() }),
    ...(target.serverName === undefined ? {} : { servername: target.serverName }),
    rejectUnauthorized: !target.insecure,
  };
  const headers = { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) };
  const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const outgoing = request(url, { headers, timeout: timeoutMs, ...tls }, (incoming) => {
      text(incoming).then((all) => resolve({ status: incoming.statusCode ?? 0, body: all }), reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end();
  });
  const answer = JSON.parse(body) as { message?: string };
  if (status !== 200) throw new Error(`Error from server: ${answer.message ?? status}`);
  return answer;
}
