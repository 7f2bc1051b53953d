import type { IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import type { Clock } from '../../apimachinery/clock.ts';
import { trustOnly } from '../../apimachinery/trust-only.ts';

/** The body of a 2xx answer. Throws an Error that says what went wrong, without anything of what was answered. */
export type HttpsGet = (url: string, token?: string) => Promise<string>;

const timeoutMs = 30_000;
/** Largest answer of an issuer: its configuration, its keys, a token with claims. */
export const maxAnswerBytes = 1024 * 1024;
/** Upstream's client follows as many; here they must stay on the same server. */
const maxRedirects = 10;
/** Connections to one server at a time; more requests wait. */
const maxSockets = 10;

/** `certificateAuthority`: PEM; '' for the authorities that the runtime trusts. */
export function httpsGet(certificateAuthority: string, clock: Clock): HttpsGet {
  // Keys are asked for so seldom that connections need not be kept.
  const agent = new Agent({
    keepAlive: false,
    maxSockets,
    ...trustOnly(certificateAuthority || undefined),
  });
  const fetchText = async (url: string, token: string | undefined, signal: AbortSignal): Promise<string> => {
    let target = url;
    for (let i = 0; i <= maxRedirects; i++) {
      const response = await respond(target, agent, token, signal);
      const { statusCode: status = 0, headers } = response;
      if (status >= 300 && status < 400 && headers.location !== undefined) {
        response.resume();
        target = redirected(target, headers.location);
        continue;
      }
      if (status < 200 || status >= 300) {
        response.resume();
        throw new Error(`Get "${target}": status ${status}`);
      }
      return readText(response, target);
    }
    throw new Error(`Get "${url}": stopped after ${maxRedirects} redirects`);
  };
  return async (url, token) => {
    const controller = new AbortController();
    const timer = clock.setTimer(timeoutMs, () =>
      controller.abort(new Error(`no answer within ${timeoutMs} ms`)),
    );
    try {
      return await fetchText(url, token, controller.signal);
    } finally {
      timer.cancel();
    }
  };
}

function redirected(from: string, location: string): string {
  const to = URL.parse(location, from);
  if (!to || to.origin !== new URL(from).origin) {
    throw new Error(`Get "${from}": redirected to another server, which is not followed`);
  }
  return to.href;
}

function respond(
  url: string,
  agent: Agent,
  token: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  if (URL.parse(url)?.protocol !== 'https:') throw new Error(`Get "${url}": not an https URL`);
  const headers = {
    accept: 'application/json',
    ...(token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }),
  };
  const failed = (error: Error) =>
    reject(new Error(`Get "${url}": ${signal.aborted ? (signal.reason as Error).message : error.message}`));
  get(url, { agent, headers, signal }, resolve).on('error', failed);
  return promise;
}

async function readText(response: IncomingMessage, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxAnswerBytes) {
      response.destroy();
      throw new Error(`Get "${url}": the answer is larger than ${maxAnswerBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString('utf8');
}
