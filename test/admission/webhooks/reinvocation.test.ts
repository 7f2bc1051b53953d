import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap, expectCode, expectFailure, type Loose, pod } from '../../helpers/api.ts';
import {
  allow,
  type Behaviour,
  change,
  configMaps,
  deny,
  hooked,
  mutatingPath,
  onPods,
  pods,
  setOnce,
} from './kit.ts';

const again = { reinvocationPolicy: 'IfNeeded' };

test('a webhook that wants it is asked again when another has changed something after it', async (t) => {
  const use = await hooked(t);
  await use.mutating('m', use.hook('m1', setOnce('a'), again), use.hook('m2', setOnce('b')));
  const { data } = expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  assert.deepEqual(data, { k: 'v', a: '1', b: '1' });
  const reviews = use.asked();
  assert.deepEqual(
    reviews.map(({ by, review }) => [by, review.request.object.data]),
    [
      ['m1', { k: 'v' }],
      ['m2', { k: 'v', a: '1' }],
      ['m1', { k: 'v', a: '1', b: '1' }],
    ],
  );
  assert.equal(new Set(reviews.map(({ review }) => review.request.uid)).size, 3);
  expectCode(await use.api.put(`${configMaps}/a`, configMap('a', { k: 'w' })), 200);
  assert.deepEqual(
    use.asked().map(({ by }) => by),
    ['m1', 'm2', 'm1'],
  );
});

type Mutating = readonly (readonly [name: string, behaviour: Behaviour, more?: object])[];

const orders: Readonly<Record<string, readonly [hooks: Mutating, asked: string]>> = {
  'nobody changes anything after it': [
    [
      ['m1', setOnce('a'), again],
      ['m2', allow(), again],
    ],
    'm1 m2',
  ],
  'nobody else is there': [[['m1', setOnce('a'), again]], 'm1'],
  'it does not want to': [
    [
      ['m1', setOnce('a')],
      ['m2', setOnce('b')],
    ],
    'm1 m2',
  ],
  'only the last one changes': [
    [
      ['m1', allow(), again],
      ['m2', setOnce('b'), again],
      ['m3', setOnce('c')],
    ],
    'm1 m2 m3 m1 m2',
  ],
  'all want to, and all change something': [
    [
      ['m1', setOnce('a'), again],
      ['m2', setOnce('b'), again],
      ['m3', setOnce('c'), again],
    ],
    'm1 m2 m3 m1 m2',
  ],
  'it refuses the second time': [
    [
      [
        'm1',
        (review, response) => (review.request.object.data.b ? deny() : allow())(review, response),
        again,
      ],
      ['m2', setOnce('b')],
    ],
    'm1 m2 m1',
  ],
};

for (const [when, [hooks, expected]] of Object.entries(orders)) {
  test(`who is asked again, and when not: ${when}`, async (t) => {
    const use = await hooked(t);
    // Each in a configuration of its own: the rounds are those of all together.
    for (const [name, behaviour, more] of hooks) {
      await use.mutating(name, use.hook(name, behaviour, more));
    }
    await use.api.post(configMaps, configMap('a', { k: 'v' }));
    assert.equal(
      use
        .asked()
        .map(({ by }) => by)
        .join(' '),
      expected,
    );
  });
}

test('a webhook is asked again, too, when the server itself has changed something after it', async (t) => {
  const use = await hooked(t);
  const limits = [{ type: 'Container', default: { cpu: '200m' }, defaultRequest: { cpu: '100m' } }];
  const range = { metadata: { name: 'l' }, spec: { limits } };
  expectCode(await use.api.post('/api/v1/namespaces/default/limitranges', range), 201);
  const side = change(({ spec: { containers } }) =>
    containers.length === 1
      ? [{ op: 'add', path: '/spec/containers/-', value: { name: 'side', image: 'side' } }]
      : [],
  );
  await use.mutating('m', use.hook('m', side, { ...onPods, ...again }));
  expectCode(await use.api.post(pods, pod('p')), 201);
  const resources = { limits: { cpu: '200m' }, requests: { cpu: '100m' } };
  const seen = use
    .asked()
    .map(({ review }) =>
      review.request.object.spec.containers.map(({ name, resources }: Loose) => [name, resources]),
    );
  assert.deepEqual(seen, [
    [['main', resources]],
    [
      ['main', resources],
      ['side', resources],
    ],
  ]);
});

test('no webhook is asked a third time', async (t) => {
  const use = await hooked(t);
  const grow = (key: string) =>
    change(({ data }) => [{ op: 'add', path: `/data/${key}`, value: `${data[key] ?? ''}x` }]);
  await use.mutating(
    'm',
    use.hook('m1', grow('a'), again),
    use.hook('m2', grow('b'), again),
    use.hook('m3', grow('c')),
  );
  const { data } = expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  assert.deepEqual(data, { k: 'v', a: 'xx', b: 'xx', c: 'x' });
});

test('Never is the default, and Always is unknown', async (t) => {
  const use = await hooked(t);
  const { webhooks } = await use.mutating('m', use.hook('m', allow()));
  assert.equal(webhooks[0].reinvocationPolicy, 'Never');
  const body = {
    metadata: { name: 'x' },
    webhooks: [use.hook('x', allow(), { reinvocationPolicy: 'Always' })],
  };
  const { message } = expectFailure(await use.api.post(mutatingPath, body), 422, 'Invalid');
  assert.equal(
    message,
    'MutatingWebhookConfiguration.admissionregistration.k8s.io "x" is invalid: webhooks[0].reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never"',
  );
});
