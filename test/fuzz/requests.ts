import { cloneJson } from '../../src/apimachinery/object.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import { kinds } from '../resources/kinds/all.ts';
import { allFacts, type Facts } from '../resources/kinds/facts.ts';
import { someBody } from './bodies.ts';
import { oddTexts, oddValue, once, pick, some } from './chance.ts';
import type { Sent } from './core.ts';

/** What earlier answers said, for requests that build on them. */
export interface Known {
  revision: number;
  readonly tokens: string[];
}

/** A kind of the API with a whole object of it. */
export interface Sample {
  readonly facts: Facts;
  readonly name: string;
  readonly object: () => Record<string, unknown>;
}

const samples: readonly Sample[] = allFacts.map((facts) => {
  const known = kinds.find(({ of }) => of === `${facts.apiVersion}/${facts.resource}`);
  const name = known?.name ?? 'sample';
  return {
    facts,
    name,
    object: () =>
      cloneJson({
        apiVersion: facts.apiVersion,
        kind: facts.kind,
        metadata: { name, ...known?.metadata },
        ...known?.manifest,
      }),
  };
});

/** Requests that make one object of each kind, for later ones to find. */
export const firstRequests: readonly Sent[] = [
  {
    facts: { apiVersion: 'v1', resource: 'namespaces', namespaced: false },
    object: () => ({ metadata: { name: 'fuzz' } }),
  },
  ...samples.filter(({ facts: { verbs } }) => verbs.includes('update')),
].map(({ facts: { apiVersion, resource, namespaced }, object }) => ({
  method: 'POST',
  target: `${rootOf(apiVersion)}${namespaced ? '/namespaces/default' : ''}/${resource}`,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(object()),
}));

const stored = samples.filter(({ facts: { verbs } }) => verbs.includes('update'));

/** Most requests are for these, so that they meet what others have written. */
const popular = samples.filter(({ facts: { resource } }) =>
  ['configmaps', 'pods', 'services', 'deployments', 'jobs', 'customresourcedefinitions', 'events'].includes(
    resource,
  ),
);

const methods = [...'GPPPUUUAAAAD'].map(
  (letter) => ({ G: 'GET', P: 'POST', U: 'PUT', A: 'PATCH', D: 'DELETE' })[letter]!,
);
const oddMethods = ['HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'constructor', '__proto__', 'PROPFIND', ''];

/** One request after the grammar of the API, with or without a flaw. */
export function someRequest(random: Random, known: Known): Sent {
  const sample = pick(random, once(random, 2) ? popular : once(random, 6) ? samples : stored);
  const method = once(random, 40) ? pick(random, oddMethods) : pick(random, methods);
  const path = once(random, 12) ? brokenPath(random, sample) : pathOf(random, sample, method);
  const query = queryOf(random, sample.facts, method, known);
  const { body, type } = someBody(random, sample, method, path);
  const headers = headersOf(random, type);
  return {
    method,
    target: query === '' ? path : `${path}?${query}`,
    headers,
    ...(body === undefined ? {} : { body }),
  };
}

function rootOf(apiVersion: string): string {
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`;
}

const names = ['a', 'b', 'sample'];
const namespaces = [
  'default',
  'default',
  'default',
  'default',
  'default',
  'default',
  'kube-system',
  'fuzz',
  'nowhere',
];

function collectionOf(random: Random, { apiVersion, resource, namespaced }: Facts): string {
  const root = rootOf(apiVersion);
  return namespaced !== once(random, 30)
    ? `${root}/namespaces/${pick(random, namespaces)}/${resource}`
    : `${root}/${resource}`;
}

function pathOf(random: Random, { facts, name }: Sample, method: string): string {
  if (once(random, 40)) return pick(random, documents);
  const collection = collectionOf(random, facts);
  const wantsCollection = method === 'POST' ? !once(random, 4) : once(random, method === 'GET' ? 2 : 30);
  if (wantsCollection) return collection;
  const object = `${collection}/${once(random, 8) ? pick(random, names) : name}`;
  if (method !== 'POST' && !once(random, 5)) return object;
  const subresource =
    once(random, 10) || facts.subresources.length === 0
      ? pick(random, subresources)
      : pick(random, facts.subresources).name;
  return `${object}/${subresource}`;
}

const subresources = ['status', 'scale', 'nonsense', 'status/status', 'token', 'eviction', 'binding', ''];

const documents = [
  '/',
  '/api',
  '/api/v1',
  '/apis',
  '/apis/apps',
  '/apis/apps/v1',
  '/apis/nonsense/v1',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/api/v1',
  '/version',
  '/healthz',
  '/livez/ping',
  '/readyz',
  '/metrics',
  '/logs',
  '/.well-known/openid-configuration',
];

const brokenSegments = [
  '',
  '.',
  '..',
  '%',
  '%zz',
  '%00',
  '%2f',
  '%2e%2e',
  '%ff',
  '%E0%A4%A',
  ';',
  '*',
  '~',
  'watch',
  'proxy',
  'namespaces',
  '__proto__',
  'constructor',
  'a'.repeat(300),
  '\u00ff',
  '#',
  ' ',
];

function brokenPath(random: Random, { facts, name }: Sample): string {
  const segments = `${collectionOf(random, facts)}/${name}`.split('/');
  for (let n = 1 + random.int(3); n > 0; n--) {
    const at = 1 + random.int(segments.length);
    segments.splice(at, random.int(2), pick(random, brokenSegments));
  }
  return segments.join('/');
}

const labelSelectors = [
  'app=web',
  'app!=web',
  'app in (a,b)',
  'a notin ()',
  '!app',
  'app',
  'x>1',
  'x<a',
  '=',
  ',',
  'a=b,'.repeat(50),
  '(',
  'a in (',
  'é=ü',
  'app==',
  '__proto__',
  'a/b/c',
];
const fieldSelectors = [
  'metadata.name=sample',
  'metadata.name!=sample',
  'metadata.namespace=default',
  'status.phase=Running',
  'spec.nodeName=',
  'nonsense=1',
  '=',
  'a=b=c',
  'a\\,b=c',
  '\\',
  'metadata.name',
  '__proto__=x',
];

function queryOf(random: Random, facts: Facts, method: string, known: Known): string {
  const parameters: [string, string][] = [];
  const add = (name: string, values: readonly string[]) =>
    parameters.push([name, pick(random, once(random, 8) ? oddTexts : values)]);
  const revisions = [
    '',
    '0',
    '1',
    String(known.revision),
    String(Math.max(1, known.revision - 20)),
    String(known.revision + 1),
  ];
  if (method !== 'GET' && once(random, 5)) add('dryRun', ['All']);
  const options: readonly (() => void)[] = [
    () => add('labelSelector', labelSelectors),
    () => add('fieldSelector', [...fieldSelectors, ...facts.fields.map((field) => `${field}=x`)]),
    () => add('limit', ['1', '2', '500', '0', '-1']),
    () =>
      add(
        'continue',
        known.tokens.length > 0
          ? known.tokens.map((token) => (once(random, 3) ? spoil(random, token) : token))
          : ['e30'],
      ),
    () => add('resourceVersion', revisions),
    () => add('resourceVersionMatch', ['Exact', 'NotOlderThan', 'Newest']),
    () => add('watch', ['true', '1', 'false', '']),
    () => add('allowWatchBookmarks', ['true', 'false']),
    () => add('sendInitialEvents', ['true', 'false']),
    () => add('timeoutSeconds', ['1', '60', '0', '-1']),
    () => add('timeout', ['1s', '500ms', '0s', '-1s', '1']),
    () => add('pretty', ['true', 'false']),
    () => add('dryRun', ['All', 'Some']),
    () => add('fieldValidation', ['Strict', 'Warn', 'Ignore']),
    () => add('fieldManager', ['me']),
    () => add('force', ['true']),
    () => add('propagationPolicy', ['Orphan', 'Background', 'Foreground']),
    () => add('gracePeriodSeconds', ['0', '1', '30', '-1']),
    () => add('orphanDependents', ['true', 'false']),
    () => add('includeObject', ['None', 'Metadata', 'Object']),
    () => add(pick(random, oddTexts), oddTexts),
    () => add('container', ['main']),
  ];
  for (const option of some(random, once(random, 3) ? 5 : 2, () => pick(random, options))) option();
  const encoded = parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`);
  if (once(random, 60)) encoded.push(pick(random, ['%', '&&', 'a=%zz', '=', ';', '?', 'limit']));
  return encoded.join('&');
}

const encode = (value: string): string => encodeURIComponent(value.toWellFormed());

function spoil(random: Random, token: string): string {
  const at = random.int(token.length + 1);
  return `${token.slice(0, at)}${pick(random, ['', 'A', '=', '!', '%00'])}${token.slice(at + random.int(3))}`;
}

const accepts = [
  'application/json',
  'application/yaml',
  '*/*',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf',
  'application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io',
  'text/html',
  'application/json;stream=watch',
  ';',
  ',',
  'a/b;q=x',
  'application/json;'.repeat(100),
];

function headersOf(random: Random, type: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  if (type !== undefined) headers['content-type'] = type;
  if (once(random, 4)) headers['accept'] = pick(random, accepts);
  if (once(random, 10)) headers['accept-encoding'] = pick(random, ['gzip', 'gzip;q=0', 'br, gzip', '*']);
  if (once(random, 40))
    headers['user-agent'] = pick(random, ['curl/8', 'Mozilla/5.0', 'kubectl/v1.36', '', 'x'.repeat(2_000)]);
  if (once(random, 60)) headers['if-none-match'] = pick(random, ['*', '"x"', 'W/"', '"'.repeat(100)]);
  if (once(random, 60))
    headers['impersonate-user'] = pick(random, [
      'jane',
      'system:serviceaccount:default:robot',
      'system:anonymous',
      'system:serviceaccount:',
      '',
    ]);
  if (once(random, 120)) headers['impersonate-group'] = pick(random, ['system:masters', 'a, b', '']);
  if (once(random, 120))
    headers[`impersonate-extra-${pick(random, ['x', '__proto__', '%', '%2f', ''])}`] = 'y';
  if (once(random, 120)) headers['authorization'] = pick(random, ['Bearer x', 'Basic eA==', '', 'Bearer']);
  if (once(random, 100))
    headers[
      pick(random, [
        'content-length',
        'x-forwarded-for',
        'x-http-method-override',
        'host',
        '__proto__',
        'cookie',
      ])
    ] = String(oddValue(random));
  return headers;
}
