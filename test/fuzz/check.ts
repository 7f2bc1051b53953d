import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { isRecord } from '../../src/apimachinery/object.ts';
import type { KvEvent } from '../../src/kv/types.ts';
import type { Answer, BareCore, Sent } from './core.ts';

/** Failures of the server that a request may rightly bring about. */
const rightfulFailures: readonly RegExp[] = [
  // Webhooks that chance has configured, which are nowhere to be found.
  /^Internal error occurred: failed calling webhook "/,
  /^Internal error occurred: failed to allocate a (nodePort|serviceIP for Service ".*"): range is full$/,
];

/** What the reference server, too, passes on without a reason: misuse of strategic merge, and this. */
const isUnexplained = ({ headers = {} }: Sent, message: string): boolean =>
  message === 'resourceVersion should not be set on objects to be created' ||
  /^strconv\.ParseUint: parsing ".*": (invalid syntax|value out of range)$/.test(message) ||
  /^\[?(resourceVersion: Invalid|target\.[a-z]+: (Required|Invalid|Unsupported)) value/.test(message) ||
  headers['content-type'] === 'application/strategic-merge-patch+json';

/** What connects to something else has nothing to connect to here, and a time may run out. */
const maySay = new Set([501, 503, 504]);

/** Everything that must hold after any request, whatever it was. */
export function checkAnswer(sent: Sent, answer: Answer): void {
  const { method, target } = sent;
  const { status, headers, body, complete } = answer;
  assert.ok(status >= 200 && status < 600, `status ${status}`);
  const type = headers['content-type'] ?? '';
  if (method === 'HEAD') {
    assert.equal(body.length, 0);
    return;
  }
  if (status >= 400) {
    checkFailure(sent, answer);
    return;
  }
  if (headers['content-encoding'] !== undefined || !type.startsWith('application/json')) return;
  if (!complete || type.includes('stream=watch') || isWatch(method, target)) {
    checkFrames(body);
    return;
  }
  const value: unknown = JSON.parse(body.toString());
  assert.ok(isRecord(value), 'the answer is no object');
  if (!/^\/apis?\//.test(target)) return;
  checkObject(value);
  if (!Array.isArray(value['items'])) return;
  assert.match(String(value['kind']), /List$/);
}

/** Only a collection is watched, or anything below the old paths; an object with `?watch` is read. */
function isWatch(method: string, target: string): boolean {
  if (method !== 'GET' || !/^\/apis?\//.test(target)) return false;
  const { isLegacyWatch, resource, name } = addressOf(target);
  const asks = !['false', '0', null].includes(queryOf(target).get('watch'));
  return isLegacyWatch || (resource !== '' && name === undefined && asks);
}

const queryOf = (target: string): URLSearchParams => new URLSearchParams(target.split(/\?(.*)/s)[1] ?? '');

function checkFailure(sent: Sent, { status, headers, body }: Answer): void {
  const text = body.toString();
  if (/^\/(healthz|livez|readyz)/.test(sent.target)) return;
  if (text === '404 page not found\n') {
    assert.equal(status, 404);
    return;
  }
  const isYaml = headers['content-type'] === 'application/yaml';
  if (!isYaml) assert.equal(headers['content-type'], 'application/json', text);
  const value: unknown = isYaml ? parse(text) : JSON.parse(text);
  assert.ok(isRecord(value), text);
  assert.deepEqual([value['kind'], value['status'], value['code']], ['Status', 'Failure', status], text);
  const message = String(value['message']);
  assert.notEqual(message, '');
  if (status === 500 && value['reason'] === undefined && isUnexplained(sent, message)) return;
  assert.equal(typeof value['reason'], 'string', text);
  if (status < 500 || maySay.has(status)) return;
  assert.ok(
    rightfulFailures.some((rightful) => rightful.test(message)),
    text,
  );
}

function checkFrames(body: Buffer): void {
  for (const line of body.toString().split('\n')) {
    if (line === '') continue;
    const frame: unknown = JSON.parse(line);
    assert.ok(isRecord(frame) && isRecord(frame['object']), line);
    assert.match(String(frame['type']), /^(ADDED|MODIFIED|DELETED|BOOKMARK|ERROR)$/);
    checkObject(frame['object']);
  }
}

function checkObject(value: Record<string, unknown>): void {
  assert.equal(typeof value['kind'], 'string', JSON.stringify(value).slice(0, 300));
  // What there is in the core group does not say it.
  if (value['kind'] === 'APIResourceList') return;
  assert.equal(typeof value['apiVersion'], 'string', JSON.stringify(value).slice(0, 300));
}

/** A request changes what it names, when it succeeds and is no dry run, and nothing else. */
export function checkChanges(sent: Sent, answer: Answer, changes: readonly KvEvent[]): void {
  // A collection is deleted one by one: what cannot be deleted ends it.
  const stopped =
    sent.method === 'DELETE' &&
    [403, 409, 422].includes(answer.status) &&
    addressOf(sent.target).name === undefined;
  const may = answer.status < 300 || stopped ? writable(sent, answer) : [];
  for (const { key, type } of changes) {
    if (isUpkeep(key, type)) continue;
    assert.ok(
      // Names beyond ASCII are escaped in keys.
      may.some((pattern) => pattern.test(decodeURIComponent(key))) || isClaim(key, changes),
      `${type} of ${key} by an answer of ${answer.status}`,
    );
  }
}

/** The server puts back, of its own accord, what flow control cannot do without, and says in its schemas which level is missing. */
export const isUpkeep = (key: string, type: KvEvent['type']): boolean =>
  type === 'put' && key.includes('/flowcontrol.apiserver.k8s.io/');

/** An address that was taken for a service and given back when it could not be written. */
const isClaim = (key: string, changes: readonly KvEvent[]): boolean =>
  key.includes('/ipaddresses/') &&
  changes
    .filter((change) => change.key === key)
    .map(({ type }) => type)
    .join() === 'put,delete';

/** What a path that was answered with success names. `namespace` ends in a slash unless it is ''. */
function addressOf(target: string) {
  const path = decodeURIComponent(target.split('?')[0]!);
  const parts = path.split('/').filter((part) => part !== '');
  let own = parts.slice(parts[0] === 'api' ? 2 : 3);
  const isLegacyWatch = own[0] === 'watch';
  if (isLegacyWatch) own = own.slice(1);
  const inNamespace = own[0] === 'namespaces' && own.length > 2 && !['status', 'finalize'].includes(own[2]!);
  const [resource = '', name, subresource] = inNamespace ? own.slice(2) : own;
  return { isLegacyWatch, namespace: inNamespace ? `${own[1]}/` : '', resource, name, subresource };
}

/** Keys that a successful request may write. */
function writable({ method, target, body: options = '' }: Sent, { body }: Answer): RegExp[] {
  if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) return [];
  // Options in a body are instead of those in the query.
  const asksInVain = method === 'DELETE' && options.length > 0;
  if (queryOf(target).has('dryRun') && !asksInVain) return [];
  const {
    namespace,
    resource,
    name = method === 'POST' ? nameIn(body) : undefined,
    subresource,
  } = addressOf(target);
  const below = (of: string, rest: string) => new RegExp(`/${RegExp.escape(of)}/${RegExp.escape(rest)}`);
  return [
    name === undefined
      ? below(resource, namespace)
      : new RegExp(`${below(resource, `${namespace}${name}`).source}$`),
    ...(resource === 'services' ? [below('ipaddresses', ''), below('endpoints', namespace)] : []),
    ...(subresource === 'eviction' ? [below('poddisruptionbudgets', namespace)] : []),
    ...(resource === 'bindings' ? [below('pods', namespace)] : []),
  ];
}

/** The name of a created object; undefined when the answer is in a form that does not say. */
function nameIn(body: Buffer): string | undefined {
  if (body[0] !== 0x7b) return undefined;
  const value: unknown = JSON.parse(body.toString());
  const metadata = isRecord(value) && isRecord(value['metadata']) ? value['metadata'] : {};
  return typeof metadata['name'] === 'string' ? metadata['name'] : undefined;
}

const prototypes = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const untouched = prototypes.map((prototype) => Reflect.ownKeys(prototype).length);

export function checkPrototypes(): void {
  assert.deepEqual(
    prototypes.map((prototype) => Reflect.ownKeys(prototype).length),
    untouched,
  );
  for (const name in {}) assert.fail(`every object has a field ${name}`);
}

const digestOf = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('base64');

/** Follows what is stored by its changes, so that bytes that changed without a write are found. */
export async function ledgerOf({ kv }: BareCore) {
  const prefix = '/registry/';
  const digests = new Map<string, string>();
  for (const { key, value } of (await kv.list(prefix)).items) digests.set(key, digestOf(value));
  let revision = kv.revision();
  return {
    enter(changes: readonly KvEvent[]): void {
      for (const change of changes) {
        assert.ok(change.revision > revision, 'revisions go up');
        revision = change.revision;
        if (change.type === 'put') digests.set(change.key, digestOf(change.value));
        else digests.delete(change.key);
      }
      assert.equal(kv.revision(), revision);
    },
    async assertTrue(): Promise<void> {
      const { items } = await kv.list(prefix);
      assert.deepEqual(
        items.map(({ key }) => key),
        [...digests.keys()].sort(),
      );
      for (const { key, value } of items)
        assert.equal(digestOf(value), digests.get(key), `${key} has changed`);
    },
  };
}
