import assert from 'node:assert/strict';
import { isRecord, type KubeObject } from '../../src/apimachinery/object.ts';
import type { Status } from '../../src/apimachinery/status.ts';

/** Loose on purpose: tests look into whatever comes back. */
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into at will
export type Loose = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; throws when it is not JSON. */
  readonly json: Loose;
}

export interface Asked {
  /** A list for a header that is sent several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
}

/** The API by HTTP verb over some `fetch`. Bodies that are no text or bytes are sent as JSON. */
export interface Api {
  readonly fetch: typeof fetch;
  request(method: string, path: string, asked?: Asked): Promise<Answer>;
  get(path: string, headers?: Asked['headers']): Promise<Answer>;
  post(path: string, body: unknown, headers?: Asked['headers']): Promise<Answer>;
  put(path: string, body: unknown, headers?: Asked['headers']): Promise<Answer>;
  patch(path: string, type: PatchType, body: unknown): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
  watch(path: string, headers?: Readonly<Record<string, string>>): Promise<WatchReader>;
}

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;
export type PatchType = keyof typeof patchTypes;

const encode = (body: unknown): string | Uint8Array<ArrayBuffer> | undefined =>
  body === undefined || typeof body === 'string' || body instanceof Uint8Array
    ? (body as string | Uint8Array<ArrayBuffer> | undefined)
    : JSON.stringify(body);

const pairs = (headers: NonNullable<Asked['headers']>): [string, string][] =>
  Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value as string]),
  );

export function apiOver(send: typeof fetch): Api {
  const request: Api['request'] = async (method, path, { headers = {}, body } = {}) => {
    const content = encode(body);
    const response = await send(`https://binnacle${path}`, {
      method,
      headers: pairs({
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      }),
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text) as Loose;
      },
    };
  };
  return {
    fetch: send,
    request,
    get: (path, headers = {}) => request('GET', path, { headers }),
    post: (path, body, headers = {}) => request('POST', path, { body, headers }),
    put: (path, body, headers = {}) => request('PUT', path, { body, headers }),
    patch: (path, type, body) =>
      request('PATCH', path, { body, headers: { 'content-type': patchTypes[type] } }),
    delete: (path, body) => request('DELETE', path, { body }),
    watch: (path, headers) => openWatch(send, path, headers),
  };
}

/** Asserts the code and returns the body. */
export function expectCode(answer: Answer, code: number): Loose {
  assert.equal(answer.status, code, answer.text);
  return answer.text === '' ? undefined : answer.json;
}

/** Asserts a failure with this code and reason; returns the Status. */
export function expectFailure(answer: Answer, code: number, reason: string): Status {
  const status = expectCode(answer, code) as Status;
  assert.equal(status.kind, 'Status');
  assert.equal(status.status, 'Failure');
  assert.equal(status.reason, reason);
  assert.equal(status.code, code);
  return status;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Loose;
}

/** One watch stream, read event by event. */
export interface WatchReader {
  readonly response: Response;
  /** The next event; undefined when the stream has ended properly. */
  next(): Promise<WatchEvent | undefined>;
  take(count: number): Promise<WatchEvent[]>;
  /** All events until the stream ends. */
  rest(): Promise<WatchEvent[]>;
  close(): Promise<void>;
}

async function openWatch(
  send: typeof fetch,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<WatchReader> {
  const response = await send(`https://binnacle${path}`, { headers });
  assert.ok(response.body, 'a watch has a body');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = '';
  const next = async (): Promise<WatchEvent | undefined> => {
    for (;;) {
      const end = buffered.indexOf('\n');
      if (end >= 0) {
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 1);
        return JSON.parse(line) as WatchEvent;
      }
      const { done, value } = await reader.read();
      if (done) {
        assert.equal(buffered, '', 'the stream ends between events');
        return undefined;
      }
      buffered += value;
    }
  };
  return {
    response,
    next,
    async take(count) {
      const events: WatchEvent[] = [];
      while (events.length < count) {
        const event = await next();
        assert.ok(event, `the stream ended after ${events.length} of ${count} events`);
        events.push(event);
      }
      return events;
    },
    async rest() {
      const events: WatchEvent[] = [];
      for (let event = await next(); event; event = await next()) events.push(event);
      return events;
    },
    close: () => reader.cancel(),
  };
}

/** `ADDED a`, `MODIFIED b`: events in a form that compares well. */
export const brief = (events: readonly WatchEvent[]): string[] =>
  events.map(({ type, object }) =>
    `${type} ${isRecord(object.metadata) ? (object.metadata.name ?? '') : ''}`.trim(),
  );

export const versionOf = (object: KubeObject | Loose): number => Number(object.metadata.resourceVersion);

export const configMap = (name: string, data?: Record<string, string>, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  ...(data ? { data } : {}),
});

/** A pod that passes validation; `spec` is laid over the smallest one. */
export const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'main', image: 'busybox:1' }], ...spec },
});
