import assert from 'node:assert/strict';
import { isRecord } from '../../../src/apimachinery/object.ts';
import { type Answer, objectOf } from '../h1.ts';
import type { HostileServer } from '../server.ts';
import { allowed, type Case, configMaps, post, refused } from './case.ts';

const everywhere = '/api/v1/configmaps';
const bird = '/api/v1/namespaces/canary/configmaps/bird';
const escaped = encodeURIComponent;

const token = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const position = (rv: unknown, start: unknown) => token({ v: 'meta.k8s.io/v1', rv, start });

const namesOf = (answer: Answer): string[] => {
  const list = objectOf(answer);
  const items = list?.['items'];
  assert.ok(Array.isArray(items), answer.body.toString());
  return items.map((item) =>
    isRecord(item) && isRecord(item['metadata']) ? `${list?.['kind']} ${item['metadata']['namespace']}` : '',
  );
};

/** A forged token may be refused, or list what the path may list; it never leads out of the path. */
const forged = (name: string, text: string): Case => ({
  name: `the continue token ${name}`,
  async run(server: HostileServer) {
    for (const query of [
      '',
      '&limit=1',
      '&limit=500&labelSelector=canary',
      '&fieldSelector=metadata.name%3Dbird',
    ]) {
      const answer = await server.send({ path: `${configMaps}?continue=${escaped(text)}${query}` });
      if (answer.status !== 200) {
        assert.ok([400, 410, 504].includes(answer.status), `${answer.status} ${answer.body}`);
        assert.equal(objectOf(answer)?.['kind'], 'Status');
        continue;
      }
      for (const found of namesOf(answer)) assert.equal(found, 'ConfigMapList default');
    }
  },
});

const selectors = [
  '=',
  '==',
  '!',
  '!!a',
  'a in',
  'a in (',
  'a in (b',
  'a notin b',
  'a,,b',
  ',',
  'a=b=c',
  '(a)',
  'a in (b,c',
  "a='b'",
  'a>b',
  'a>1.5',
  'a<<1',
  'a in (b))',
  '\u0000',
  '\ud83d\ude00=x',
  `${'a'.repeat(64)}=b`,
  `a=${'b'.repeat(64)}`,
  'a/b/c=d',
  '-a=b',
  'a=-b',
  '/=x',
  'a in (b) c',
  'exists a',
  '=a',
  'a=b,=',
  `${'('.repeat(5_000)}`,
  `a in (${'b,'.repeat(4_000)}`,
];

const fields = [
  'metadata.name',
  '=',
  '!=',
  'metadata.name=a=b',
  'metadata.name=\\',
  'metadata.name=\\x',
  'metadata',
  'spec.x=y',
  '.=',
  'metadata.name>a',
  'metadata.labels.x=y',
  'metadata.name=,,=',
  `${'a.'.repeat(5_000)}=x`,
  `metadata.name${'='.repeat(5_000)}`,
];

const versions = [
  '-1',
  'abc',
  '1.5',
  '1e3',
  '0x10',
  ' 1',
  '1 ',
  '+1',
  'NaN',
  '9'.repeat(400),
  '١',
  '1,2',
  '__proto__',
];

const pods = '/api/v1/namespaces/default/pods';

const numbers = (count: number): string => Array.from({ length: count }, (_, i) => i).join();

export const options: readonly Case[] = [
  ...selectors.map((text) =>
    refused(
      `labelSelector ${JSON.stringify(text.slice(0, 30))}`,
      { path: `${configMaps}?labelSelector=${escaped(text)}` },
      400,
    ),
  ),
  ...fields.map((text) =>
    refused(
      `fieldSelector ${JSON.stringify(text.slice(0, 30))}`,
      { path: `${configMaps}?fieldSelector=${escaped(text)}` },
      400,
    ),
  ),
  allowed(
    'a label selector of a thousand terms',
    {
      path: `${configMaps}?labelSelector=${escaped(Array.from({ length: 1_000 }, (_, i) => `!k${i}`).join())}`,
    },
    200,
  ),
  allowed(
    'a label selector of a thousand values',
    {
      path: `${configMaps}?labelSelector=${escaped(`a in (${Array.from({ length: 1_000 }, (_, i) => `v${i}`).join()})`)}`,
    },
    200,
  ),
  ...['list', 'watch', 'get'].flatMap((verb) =>
    versions.map((text) =>
      refused(
        `${verb} at resourceVersion ${JSON.stringify(text.slice(0, 20))}`,
        {
          path: `${verb === 'get' ? bird : configMaps}?resourceVersion=${escaped(text)}${verb === 'watch' ? '&watch=1' : ''}`,
        },
        // kube-apiserver takes the trouble to tell whose fault it is for lists alone.
        verb === 'list' ? [400, 422] : 500,
      ),
    ),
  ),
  refused(
    'a list at a resourceVersion from the future',
    { path: `${configMaps}?resourceVersion=9007199254740991` },
    504,
    /Too large resource version/,
  ),
  refused(
    'a list exactly at a resourceVersion from the future',
    { path: `${configMaps}?resourceVersion=9007199254740991&resourceVersionMatch=Exact` },
    504,
  ),
  ...['Newest', 'exact', '__proto__', ' Exact'].map((match) =>
    refused(
      `resourceVersionMatch ${match}`,
      { path: `${configMaps}?resourceVersion=5&resourceVersionMatch=${escaped(match)}` },
      422,
    ),
  ),
  refused('resourceVersionMatch alone', { path: `${configMaps}?resourceVersionMatch=Exact` }, 422),
  refused('sendInitialEvents on a list', { path: `${configMaps}?sendInitialEvents=true` }, 422),
  refused('sendInitialEvents without a match', { path: `${configMaps}?watch=1&sendInitialEvents=true` }, 422),
  ...['abc', '1.5', '1e3', '99999999999999999999', ' ', '0x1', '١'].map((limit) =>
    refused(`limit ${JSON.stringify(limit)}`, { path: `${configMaps}?limit=${escaped(limit)}` }, 400),
  ),
  ...['abc', '1.5', '99999999999999999999'].map((seconds) =>
    refused(`timeoutSeconds ${seconds}`, { path: `${configMaps}?watch=1&timeoutSeconds=${seconds}` }, 400),
  ),
  allowed('a negative limit is none', { path: `${configMaps}?limit=-1` }, 200),
  allowed('the largest limit', { path: `${configMaps}?limit=9007199254740991` }, 200),
  allowed(
    'a negative timeout ends a watch at once',
    { path: `${configMaps}?watch=1&timeoutSeconds=-5` },
    200,
  ),
  forged('of nothing', 'A'),
  forged('that is no base64', '%%%///+++'),
  forged('that is no JSON', token('{')),
  forged('that is a number', token(5)),
  forged('that is a list', token([1])),
  forged('of another version', token({ v: 'v9', rv: 1, start: 'bird' })),
  forged('called __proto__', token('{"__proto__":{"v":"meta.k8s.io/v1","rv":5,"start":"bird"}}')),
  ...[null, '5', -1, -2, 0, 1.5, 1e300, 5, Number.MAX_SAFE_INTEGER, {}, []].map((rv) =>
    forged(`at revision ${JSON.stringify(rv)}`, position(rv, 'a')),
  ),
  ...[
    '../canary/bird',
    '../../secrets/canary/bird',
    '/registry/api/v1/secrets/canary/bird',
    '..',
    '.',
    '',
    '/',
    '//',
    '%2e%2e/canary',
    '\u0000',
    '\uffff',
    'bird\u0000',
    'canary/bird',
    '../',
    'a/../../canary/a',
    ' ',
    '~',
    '\ud800',
    'é',
    'x'.repeat(5_000),
    { a: 1 },
    null,
    5,
    ['a'],
  ].flatMap((start) =>
    [-1, 5].map((rv) => forged(`from ${JSON.stringify(start).slice(0, 40)} at ${rv}`, position(rv, start))),
  ),
  {
    name: 'the continue token of one namespace leads to nothing in another, and that of all to nothing beyond one',
    async run(server) {
      const first = objectOf(await server.send({ path: `${everywhere}?limit=1` }));
      const metadata = first?.['metadata'];
      assert.ok(isRecord(metadata) && typeof metadata['continue'] === 'string');
      const path = `${configMaps}?continue=${metadata['continue']}`;
      for (const found of namesOf(await server.send({ path }))) assert.equal(found, 'ConfigMapList default');
      const secrets = await server.send({ path: `/api/v1/secrets?continue=${metadata['continue']}` });
      for (const found of namesOf(secrets)) assert.match(found, /^Secret /);
    },
  },
  refused(
    'a continue token with a resourceVersion',
    { path: `${configMaps}?resourceVersion=5&continue=${position(5, 'bird')}` },
    400,
  ),
  refused(
    'a deletecollection with a forged token',
    { method: 'DELETE', path: `${configMaps}?continue=${position(-1, '../canary/')}` },
    400,
  ),
  refused(
    'a deletecollection with a broken selector',
    { method: 'DELETE', path: `${configMaps}?labelSelector=${escaped('a in (')}` },
    400,
  ),
  refused(
    'a deletecollection with a broken field selector',
    { method: 'DELETE', path: `${configMaps}?fieldSelector=nonsense` },
    400,
  ),
  ...[
    '[]',
    '5',
    '{"dryRun":"All"}',
    '{"dryRun":["Some"]}',
    '{"gracePeriodSeconds":"x"}',
    '{"gracePeriodSeconds":1e999}',
    '{"preconditions":5}',
    '{"preconditions":{"uid":5}}',
    '{"propagationPolicy":"Sideways"}',
    '{"propagationPolicy":"Orphan","orphanDependents":true}',
    '{"kind":"Pod","apiVersion":"v1"}',
    '{"preconditions":{"uid":"no"}}',
    '{"preconditions":{"resourceVersion":"1"}}',
    '{',
    'null x',
  ].map((body) =>
    refused(
      `a delete with the options ${body}`,
      { method: 'DELETE', path: bird, body, headers: [['content-type', 'application/json']] },
      [400, 409, 422],
    ),
  ),
  refused(
    'delete options without a type and a length, but with preconditions',
    {
      method: 'DELETE',
      path: bird,
      headers: [
        ['transfer-encoding', 'chunked'],
        ['content-type', ''],
      ],
      body: '28\r\n{"preconditions":{"uid":"not this one"}}\r\n0\r\n\r\n',
    },
    409,
  ),
  ...['Some', 'all', 'All,All', 'true', ''].map((dryRun) =>
    refused(
      `dryRun=${dryRun} on create`,
      post('{"metadata":{"name":"d"}}', `${configMaps}?dryRun=${dryRun}`),
      422,
    ),
  ),
  refused(
    'dryRun twice, differently',
    post('{"metadata":{"name":"d"}}', `${configMaps}?dryRun=All&dryRun=Some`),
    422,
  ),
  refused(
    'a fieldManager of 129 characters',
    post('{"metadata":{"name":"d"}}', `${configMaps}?dryRun=All&fieldManager=${'m'.repeat(129)}`),
    422,
  ),
  refused(
    'a fieldManager with a line feed',
    post('{"metadata":{"name":"d"}}', `${configMaps}?dryRun=All&fieldManager=a%0ab`),
    422,
  ),
  refused(
    'includeObject of nonsense',
    {
      path: `${configMaps}?includeObject=Everything`,
      headers: [['accept', 'application/json;as=Table;v=v1;g=meta.k8s.io']],
    },
    400,
  ),
  refused(
    'a label selector of 1,001 values',
    { path: `${configMaps}?labelSelector=${encodeURIComponent(`a in (${numbers(1_001)})`)}` },
    400,
    /^selectors with more than 1000 terms and values are not supported$/,
  ),
  allowed(
    'a label selector of 1,000 values',
    { path: `${configMaps}?labelSelector=${encodeURIComponent(`a in (${numbers(1_000)})`)}` },
    200,
  ),
  refused(
    'impersonating 1,001 groups',
    {
      path: configMaps,
      headers: [
        ['impersonate-user', 'jane'],
        ...Array.from({ length: 1_001 }, (_, i) => ['impersonate-group', `g${i}`] as const),
      ],
    },
    400,
    /^more than 1000 impersonated groups and extra values are not supported$/,
  ),
  refused(
    'impersonating groups of nobody',
    { path: configMaps, headers: [['impersonate-group', 'system:masters']] },
    400,
    /^requested &user\.DefaultInfo\{.*\} without impersonating a user name$/,
  ),
  allowed(
    'a bearer token of nonsense beside a certificate',
    { path: configMaps, headers: [['authorization', 'Bearer \u00ff\u00ff']] },
    200,
  ),
  refused(
    'an eviction of another pod than that of the path',
    post('{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"other"}}', `${pods}/p/eviction`),
    [400, 404],
  ),
  refused(
    'a scale of NaN',
    {
      method: 'PUT',
      path: '/apis/apps/v1/namespaces/canary/deployments/bird/scale',
      body: '{"metadata":{"name":"bird"},"spec":{"replicas":NaN}}',
    },
    400,
  ),
  refused(
    'a scale of -1',
    {
      method: 'PUT',
      path: '/apis/apps/v1/namespaces/canary/deployments/bird/scale',
      body: '{"metadata":{"name":"bird"},"spec":{"replicas":-1}}',
    },
    422,
  ),
  refused(
    'a scale of 2^31',
    {
      method: 'PUT',
      path: '/apis/apps/v1/namespaces/canary/deployments/bird/scale',
      body: '{"metadata":{"name":"bird"},"spec":{"replicas":2147483648}}',
    },
    400,
  ),
];
