import assert from 'node:assert/strict';
import { objectOf } from '../h1.ts';
import { assertStatus } from '../server.ts';
import { allowed, type Case, configMaps, post, refused, withType } from './case.ts';

const json = 'application/json-patch+json';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const bird = '/api/v1/namespaces/canary/configmaps/bird?dryRun=All';
const deployment = '/apis/apps/v1/namespaces/canary/deployments/bird?dryRun=All';

const patch = (type: string, body: unknown, path = bird) =>
  withType({ method: 'PATCH', path, body: typeof body === 'string' ? body : JSON.stringify(body) }, type);

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

const containers = (items: unknown[], more: object = {}) => ({
  spec: { template: { spec: { containers: items, ...more } } },
});

export const patches: readonly Case[] = [
  ...[json, merge, strategic].flatMap((type) => [
    refused(`${type}: no body`, patch(type, ''), 400),
    refused(`${type}: a number`, patch(type, '5'), 400),
    refused(`${type}: half a text`, patch(type, '{"data":'), 400),
    refused(`${type}: 100,000 levels`, patch(type, `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`), 400),
    refused(
      `${type}: 900 levels of what is no field`,
      patch(
        type,
        type === json
          ? `[{"op":"add","path":"/x","value":${'['.repeat(900)}${']'.repeat(900)}},{"op":"test","path":"/x/y","value":1}]`
          : `{"data":{"a":${'['.repeat(900)}${']'.repeat(900)}}}`,
      ),
      [400, 422],
    ),
    refused(
      `${type}: invalid UTF-8`,
      withType(
        { method: 'PATCH', path: bird, body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) },
        type,
      ),
      400,
    ),
    refused(
      `${type}: the name of something else`,
      patch(
        type,
        type === json
          ? [{ op: 'replace', path: '/metadata/name', value: 'other' }]
          : { metadata: { name: 'other' } },
      ),
      [400, 422],
    ),
    refused(
      `${type}: the namespace of something else`,
      patch(
        type,
        type === json
          ? [{ op: 'replace', path: '/metadata/namespace', value: 'default' }]
          : { metadata: { namespace: 'default' } },
      ),
      [400, 422],
    ),
    refused(
      `${type}: the uid of something else`,
      patch(
        type,
        type === json ? [{ op: 'replace', path: '/metadata/uid', value: 'x' }] : { metadata: { uid: 'x' } },
      ),
      [409, 422],
    ),
    refused(
      `${type}: an old resourceVersion`,
      patch(
        type,
        type === json
          ? [{ op: 'replace', path: '/metadata/resourceVersion', value: '1' }]
          : { metadata: { resourceVersion: '1' } },
      ),
      409,
    ),
    refused(
      `${type}: data that is no map`,
      patch(type, type === json ? [{ op: 'replace', path: '/data', value: 5 }] : { data: 5 }),
      [400, 422],
    ),
    refused(
      `${type}: what is not there`,
      patch(type, type === json ? [] : {}, '/api/v1/namespaces/canary/configmaps/nobody'),
      404,
    ),
    refused(
      `${type}: 30,000 labels that are none`,
      patch(
        type,
        type === json
          ? [
              {
                op: 'add',
                path: '/metadata/labels',
                value: Object.fromEntries(many(30_000, (i) => [`-${i}`, 'x'])),
              },
            ]
          : { metadata: { labels: Object.fromEntries(many(30_000, (i) => [`-${i}`, 'x'])) } },
      ),
      422,
    ),
  ]),
  refused('server-side apply of nonsense', patch('application/apply-patch+yaml', ': : :'), [400, 415]),
  refused(
    'a JSON patch of 10,001 operations',
    patch(
      json,
      many(10_001, () => ({ op: 'test', path: '/data/bird', value: 'yellow' })),
    ),
    413,
  ),
  allowed(
    'a JSON patch of 10,000 operations',
    patch(
      json,
      many(10_000, () => ({ op: 'test', path: '/data/bird', value: 'yellow' })),
    ),
    200,
  ),
  refused(
    'a JSON patch that copies itself into gigabytes',
    patch(json, [
      { op: 'add', path: '/data/a', value: 'x'.repeat(1_000) },
      ...many(40, () => ({ op: 'copy', from: '/data', path: '/data/b' })),
    ]),
    [400, 422],
  ),
  refused(
    'a JSON patch that doubles a list 64 times',
    patch(json, [
      { op: 'add', path: '/x', value: [1, 2] },
      ...many(64, () => ({ op: 'copy', from: '/x', path: '/x/-' })),
    ]),
    422,
  ),
  refused(
    'a JSON patch that moves a map into itself',
    patch(json, [{ op: 'move', from: '/data', path: '/data/data' }]),
    422,
  ),
  refused(
    'a JSON patch that nests a map 10,000 times',
    patch(json, [
      { op: 'add', path: '/x', value: {} },
      ...many(9_000, () => ({ op: 'copy', from: '/x', path: '/x/x' })),
    ]),
    422,
  ),
  refused(
    'a JSON patch into a list of a million',
    patch(json, [
      { op: 'add', path: '/x', value: many(1_000_000, () => 0) },
      ...many(9_990, () => ({ op: 'add', path: '/x/0', value: 0 })),
      { op: 'test', path: '/y', value: 1 },
    ]),
    [413, 422],
  ),
  ...[
    '/data/bird/x',
    '/data/0',
    '/-',
    'data',
    '',
    '/',
    '//',
    '/data/~',
    '/data/~2',
    '/data/~0~1',
    `/${'a/'.repeat(50_000)}`,
    '/metadata/labels/-',
    '/\u0000',
  ].map((path) =>
    refused(
      `a JSON patch to ${JSON.stringify(path.slice(0, 30))}`,
      patch(json, [{ op: 'remove', path }]),
      422,
    ),
  ),
  ...[
    [{ op: 5 }],
    [5],
    [null],
    [{}],
    [{ op: 'add' }],
    [{ op: 'add', path: 5 }],
    [{ op: 'copy', path: '/a' }],
    [{ op: 'spam', path: '/a' }],
    { op: 'add' },
  ].map((body) => refused(`the JSON patch ${JSON.stringify(body)}`, patch(json, body), [400, 422])),
  ...[
    '/spec/template/spec/containers/1e3/name',
    '/spec/template/spec/containers/-1000/name',
    '/spec/template/spec/containers/99999999999999999999/name',
    '/spec/template/spec/containers/0x0/name',
    '/spec/template/spec/containers/length',
  ].map((path) =>
    refused(
      `a JSON patch to ${path}`,
      patch(json, [{ op: 'replace', path, value: 'x' }], deployment),
      [400, 422],
    ),
  ),
  ...[
    { $patch: 'merge' },
    { $patch: 'constructor' },
    { $patch: {} },
    { $patch: ['delete'] },
    { $retainKeys: 'x' },
    { $retainKeys: [{}], data: {} },
    { '$setElementOrder/data': 5 },
    { '$setElementOrder/__proto__': [] },
    { $deleteFromPrimitiveList: ['x'] },
    { $setElementOrder: [] },
    { data: { $patch: 'sideways' } },
  ].map((body) =>
    refused(`the strategic merge patch ${JSON.stringify(body)}`, patch(strategic, body), [400, 422, 500]),
  ),
  {
    name: 'a strategic merge patch with $patch: delete at the root does not leave an empty object',
    async run(server) {
      const answer = await server.send(patch(strategic, { $patch: 'delete' }));
      assertStatus(answer, answer.status === 422 ? 422 : 400);
    },
  },
  ...[
    containers([{ $patch: 'merge', name: 'c' }]),
    containers([{ image: 'x' }]),
    containers([5]),
    containers([[]]),
    containers([{ name: 'c' }, 5]),
    containers([{ name: {} }]),
    containers([{ $patch: 'delete' }]),
    containers([{ name: 'd' }], { '$setElementOrder/containers': [{ name: 'c' }] }),
    containers([], { '$setElementOrder/containers': 'x' }),
    containers([], { '$setElementOrder/nope': [] }),
  ].map((body) =>
    refused(
      `the strategic merge patch ${JSON.stringify(body)}`,
      patch(strategic, body, deployment),
      [400, 422, 500],
    ),
  ),
  refused(
    'a strategic merge patch with 20,000 directives',
    patch(strategic, Object.fromEntries(many(20_000, (i) => [`$setElementOrder/f${i}`, []])), deployment),
    [400, 500],
  ),
  allowed(
    'a strategic merge patch that deletes 50,000 containers that are not there',
    patch(strategic, containers(many(50_000, (i) => ({ $patch: 'delete', name: `d${i}` }))), deployment),
    200,
  ),
  refused(
    'a strategic merge patch with 100,000 merges of one container',
    patch(strategic, containers(many(100_000, (i) => ({ name: 'c', [`f${i}`]: i }))), deployment),
    [400, 413, 422, 500, 200].filter((code) => code !== 200),
  ),
  refused(
    'a strategic merge patch in an order of 100,000',
    patch(
      strategic,
      containers(
        many(30_000, (i) => ({ name: `n${i}` })),
        { '$setElementOrder/containers': many(30_000, (i) => ({ name: `n${29_999 - i}` })) },
      ),
      deployment,
    ),
    [400, 422, 500],
  ),
  refused(
    'a strategic merge patch with 30,000 kept keys',
    patch(
      strategic,
      { spec: { strategy: { $retainKeys: many(100_000, (i) => `k${i}`), type: 'x' } } },
      deployment,
    ),
    400,
  ),
  {
    name: 'a merge patch adds a thousand labels to many objects at once, and none is lost',
    async run(server) {
      const made = await server.send(post({ metadata: { generateName: 'race-' }, data: {} }));
      const { name } = (objectOf(made) as { metadata: { name: string } }).metadata;
      const path = `${configMaps}/${name}`;
      const answers = await Promise.all(
        many(20, (i) => server.send(patch(merge, { data: { [`k${i}`]: 'x' } }, path))),
      );
      assert.ok(answers.every(({ status }) => status === 200 || status === 409));
      const { data } = objectOf(await server.send({ path })) as { data: Record<string, string> };
      assert.equal(Object.keys(data).length, answers.filter(({ status }) => status === 200).length);
      await server.send({ method: 'DELETE', path });
    },
  },
];
