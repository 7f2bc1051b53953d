import { isRecord } from '../../src/apimachinery/object.ts';
import { type Asked, type Call, type Outcome, type Recorder, unreadable } from './history.ts';
import {
  type Content,
  collectionPath,
  type Key,
  kindOf,
  metadataOf,
  objectPath,
  opAnnotation,
  type Seen,
  seenOf,
  selectorQuery,
} from './objects.ts';
import { type Endpoint, http1Wire, http2Wire, type Sent, type Wire } from './wire.ts';

/** One who asks, over connections of its own to every server. */
export interface Client {
  readonly name: string;
  /** Sends, writes down what comes of it, and never rejects. `abortAfter` resolves when the client loses patience. */
  call(server: number, asked: Asked, abortAfter?: Promise<void>): Promise<Call>;
  wire(server: number): Wire;
  readonly servers: readonly Endpoint[];
  /** Cuts all connections. */
  cut(): void;
}

export function createClient(
  name: string,
  servers: readonly Endpoint[],
  http2: boolean,
  history: Recorder,
): Client {
  const wires = servers.map(http2 ? http2Wire : http1Wire);
  return {
    name,
    servers,
    wire: (server) => wires[server]!,
    async call(server, asked, abortAfter) {
      const sent = requestOf(asked);
      const call = history.begin(name, servers[server]!.name, asked);
      const answer = await exchange(wires[server]!, sent, abortAfter);
      history.end(call, outcomeOf(asked, answer));
      return call;
    },
    cut() {
      for (const wire of wires) wire.cut();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function exchange(wire: Wire, sent: Sent, abortAfter: Promise<void> | undefined): Promise<Answer | Error> {
  return new Promise((resolve) => {
    let [status, text] = [0, ''];
    const abort = wire.send(sent, {
      status: (value) => void (status = value),
      data: (piece) => void (text += piece),
      end: (error) => resolve(error ?? { status, text }),
    });
    void abortAfter?.then(abort);
  });
}

const options = (expected: number | undefined) =>
  expected === undefined
    ? undefined
    : JSON.stringify({
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        preconditions: { resourceVersion: `${expected}` },
      });

function requestOf(asked: Asked): Sent {
  switch (asked.verb) {
    case 'create': {
      const [resource = '', namespace = ''] = asked.key.split('/');
      const path = collectionPath({ resource, namespace: namespace || undefined });
      return { method: 'POST', path, body: bodyOf(asked.key, asked.content, undefined) };
    }
    case 'update':
      return {
        method: 'PUT',
        path: objectPath(asked.key),
        body: bodyOf(asked.key, asked.content, asked.expected),
      };
    case 'patch':
      return { method: 'PATCH', path: objectPath(asked.key), ...patchOf(asked) };
    case 'delete':
      return { method: 'DELETE', path: objectPath(asked.key), body: options(asked.expected) };
    case 'deletecollection':
      return { method: 'DELETE', path: withQuery(collectionPath(asked.scope), selectorQuery(asked.scope)) };
    case 'get': {
      const query: Record<string, string> =
        asked.revision === undefined ? {} : { resourceVersion: `${asked.revision}` };
      return { method: 'GET', path: withQuery(objectPath(asked.key), query) };
    }
    case 'list':
      return { method: 'GET', path: withQuery(collectionPath(asked.scope), listQuery(asked)) };
  }
}

function listQuery({
  scope,
  rule,
  revision,
  limit,
  from,
}: Asked & { readonly verb: 'list' }): Record<string, string> {
  const version = rule === 'any' ? '0' : rule === 'newest' || from ? undefined : `${revision}`;
  const match = { exact: 'Exact', notOlderThan: 'NotOlderThan', newest: undefined, any: undefined }[rule];
  return {
    ...selectorQuery(scope),
    ...(limit === undefined ? {} : { limit: `${limit}` }),
    ...(version === undefined ? {} : { resourceVersion: version }),
    ...(match === undefined || from ? {} : { resourceVersionMatch: match }),
    ...(from ? { continue: from.token } : {}),
  };
}

export const withQuery = (path: string, query: Readonly<Record<string, string>>): string => {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
};

function bodyOf(key: Key, content: Content, expected: number | undefined): string {
  const [resource = '', , name = ''] = key.split('/');
  const { apiVersion, kind, fields } = kindOf(resource);
  const metadata = {
    name,
    ...metadataOf(content),
    ...(expected === undefined ? {} : { resourceVersion: `${expected}` }),
  };
  return JSON.stringify({ apiVersion, kind, metadata, ...fields });
}

function patchOf({
  content,
  expected,
  testedOp,
}: Asked & { readonly verb: 'patch' }): Pick<Sent, 'type' | 'body'> {
  const version = expected === undefined ? {} : { resourceVersion: `${expected}` };
  if (testedOp === undefined)
    return {
      type: 'application/merge-patch+json',
      body: JSON.stringify({ metadata: { ...metadataOf(content), ...version } }),
    };
  const at = (name: string) => `/metadata/annotations/${name}`;
  return {
    type: 'application/json-patch+json',
    body: JSON.stringify([
      { op: 'test', path: at(opAnnotation), value: testedOp },
      ...Object.entries(content.annotations).map(([name, value]) => ({ op: 'add', path: at(name), value })),
    ]),
  };
}

/** Answers after which a write may have happened all the same. */
const maybeDone = (status: number): boolean => status === 504 || status === 500 || status === 408;

function outcomeOf(asked: Asked, answer: Answer | Error): Outcome {
  if (answer instanceof Error) return { type: 'unknown', why: answer.message };
  try {
    return read(asked, answer);
  } catch (error) {
    return { type: 'unknown', why: `${unreadable}${(error as Error).message}: ${answer.text.slice(0, 300)}` };
  }
}

function read(asked: Asked, { status, text }: Answer): Outcome {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new Error(`an answer that is no object: ${text.slice(0, 300)}`);
  if (status >= 400) {
    const [reason, message] = [String(value['reason']), String(value['message'])];
    return maybeDone(status) && asked.verb !== 'get' && asked.verb !== 'list'
      ? { type: 'unknown', why: `${status} ${reason}: ${message}` }
      : { type: 'refused', status, reason, message };
  }
  const resource = 'key' in asked ? asked.key.split('/')[0]! : asked.scope.resource;
  if (value['kind'] === 'Status') {
    const details = value['details'];
    return { type: 'done', status, uid: isRecord(details) ? String(details['uid']) : '' };
  }
  if (Array.isArray(value['items'])) {
    const metadata = value['metadata'] as Record<string, unknown>;
    return {
      type: 'list',
      status,
      revision: Number(metadata['resourceVersion']),
      items: value['items'].map((item): Seen => seenOf(resource, item)),
      token: typeof metadata['continue'] === 'string' ? metadata['continue'] : undefined,
    };
  }
  return { type: 'object', status, object: seenOf(resource, value) };
}
