import { realClock } from '../../src/apimachinery/clock.ts';
import { type Log, silentLog } from '../../src/apimachinery/log.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import type { UserInfo } from '../../src/apimachinery/user.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import { createApiServer } from '../../src/server.ts';
import { defaultSettings } from '../../src/server-options.ts';
import { call, defaultUser } from '../../src/transport/in-process/exchange.ts';

export interface Sent {
  readonly method: string;
  /** Path and query, as they would stand in the request line. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly user?: UserInfo;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An API server without sockets, taking requests that no well-behaved client would send. */
export interface BareCore extends AsyncDisposable {
  /** Rejects when the answer was cut. */
  send(request: Sent): Promise<Answer>;
  /** What the server did not expect, since the last look. */
  unexpected(): unknown[];
}

export async function startBareCore(random: Random): Promise<BareCore> {
  const clock = realClock;
  const kv = createMemoryKv({ clock });
  let errors: unknown[] = [];
  const log: Log = { ...silentLog, error: (message, fields) => errors.push(fields?.['error'] ?? message) };
  const api = await createApiServer({
    ...defaultSettings,
    runtimeConfig: { 'api/all': true },
    kv,
    clock,
    random,
    log,
  });
  await api.bootstrap({
    advertiseAddress: '192.0.2.1',
    securePort: 6443,
    hostname: 'binnacle',
    keepsIdentity: false,
  });
  const send = ({ method, target, headers = {}, body, user = defaultUser }: Sent) =>
    new Promise<Answer>((resolve, reject) => {
      const chunks: Uint8Array[] = [];
      let status = 0;
      let answerHeaders: Readonly<Record<string, string>> = {};
      call(
        api.handle,
        {
          method,
          target,
          headers,
          user,
          body: body === undefined ? undefined : once(Buffer.from(body as string)),
        },
        {
          head(code, sent) {
            status = code;
            answerHeaders = sent;
          },
          data: (chunk) => chunks.push(chunk),
          end: () => resolve({ status, headers: answerHeaders, body: Buffer.concat(chunks) }),
          fail: reject,
          pendingBytes: () => 0,
        },
      );
    });
  return {
    send,
    unexpected() {
      const seen = errors;
      errors = [];
      return seen;
    },
    async [Symbol.asyncDispose]() {
      api.beginStop();
      await api.close();
      await kv.close();
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
