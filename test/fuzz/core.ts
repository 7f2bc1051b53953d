import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { type Log, silentLog } from '../../src/apimachinery/log.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import type { UserInfo } from '../../src/apimachinery/user.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import type { Kv, KvEvent } from '../../src/kv/types.ts';
import { newPrivateKey } from '../../src/pki/pem.ts';
import { createApiServer } from '../../src/server.ts';
import { defaultSettings } from '../../src/server-options.ts';
import { call, defaultUser, type InProcessCall } from '../../src/transport/in-process/exchange.ts';

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
  /** False for a watch that was left while it ran. */
  readonly complete: boolean;
}

/** An API server without sockets, taking requests that no well-behaved client would send. Its time moves when it waits. */
export interface BareCore extends AsyncDisposable {
  readonly kv: Kv;
  /** Rejects when the answer was cut, or when none comes. */
  send(request: Sent): Promise<Answer>;
  /** What the server did not expect, since the last look. */
  unexpected(): unknown[];
  /** What was written, since the last look. */
  changes(): readonly KvEvent[];
}

export async function startBareCore(random: Random): Promise<BareCore> {
  const clock = virtualClock();
  const kv = createMemoryKv({ clock });
  const key = newPrivateKey().then(({ pem }) => pem);
  let errors: unknown[] = [];
  let changes: KvEvent[] = [];
  const log: Log = { ...silentLog, error: (message, fields) => errors.push(fields?.['error'] ?? message) };
  const api = await createApiServer({
    ...defaultSettings,
    runtimeConfig: { 'api/all': true },
    kv,
    clock,
    random,
    log,
    serviceAccountKey: () => key,
  });
  await api.bootstrap({
    advertiseAddress: '192.0.2.1',
    securePort: 6443,
    hostname: 'binnacle',
    keepsIdentity: false,
  });
  kv.watch(kv.revision() + 1, {
    onEvents: (events) => changes.push(...events),
    onProgress: () => {},
    onError: () => {},
  });
  return {
    kv,
    async send(sent) {
      const running = start(api.handle, sent);
      await settle(running, clock, mayStream(sent.target));
      return running.answer.promise;
    },
    unexpected() {
      const seen = errors;
      errors = [];
      return seen;
    },
    changes() {
      const seen = changes;
      changes = [];
      return seen;
    },
    async [Symbol.asyncDispose]() {
      api.beginStop();
      await api.close();
      await kv.close();
    },
  };
}

interface Running {
  readonly answer: PromiseWithResolvers<Answer>;
  readonly state: { settled: boolean; status: number; chunks: Uint8Array[]; leave: () => void };
}

function start(handle: Parameters<typeof call>[0], sent: Sent): Running {
  const { method, target, headers = {}, body, user = defaultUser } = sent;
  const answer = Promise.withResolvers<Answer>();
  let answerHeaders: Readonly<Record<string, string>> = {};
  const state: Running['state'] = { settled: false, status: 0, chunks: [], leave: () => {} };
  const finish = (complete: boolean) => {
    state.settled = true;
    answer.resolve({
      status: state.status,
      headers: answerHeaders,
      body: Buffer.concat(state.chunks),
      complete,
    });
  };
  const running: InProcessCall = call(
    handle,
    {
      method,
      target,
      headers,
      user,
      body: body === undefined ? undefined : once(Buffer.from(body as string)),
    },
    {
      head(code, given) {
        state.status = code;
        answerHeaders = given;
      },
      data: (chunk) => state.chunks.push(chunk),
      end: () => finish(true),
      fail(error) {
        state.settled = true;
        answer.reject(error);
      },
      pendingBytes: () => 0,
    },
  );
  state.leave = () => {
    finish(false);
    running.cancel();
  };
  return { answer, state };
}

const mayStream = (target: string): boolean => /[?&]watch(=|&|$)|\/watch\//.test(target);

const turnsPerRound = 20;
const roundMs = 500;
/** More than any deadline of the server. */
const maxRounds = 1_000;

/**
 * Lets the request run to its end. What waits for time gets it, in steps so small that what waits for a thread or a module
 * does not run into its deadline; a watch is left once it has nothing more to say.
 */
async function settle({ state, answer }: Running, clock: VirtualClock, leaves: boolean): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    const before = state.chunks.length;
    for (let turn = 0; turn < turnsPerRound && !state.settled; turn++) await new Promise(setImmediate);
    if (state.settled) return;
    if (leaves && state.status === 200 && state.chunks.length === before) return state.leave();
    if (!leaves || state.status === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      clock.advance(roundMs);
    }
  }
  answer.reject(new Error('no answer'));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
