import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { configMap, expectCode, expectFailure, type Loose, pod } from '../../helpers/api.ts';
import {
  allow,
  type Behaviour,
  change,
  configMaps,
  deny,
  type Hooked,
  hooked,
  pods,
  rule,
  set,
} from './kit.ts';

const path = `${configMaps}/a`;

/** Writes in the middle of the first review that it gets, and allows. */
function once(write: () => Promise<unknown>): Behaviour {
  let written = false;
  return async (review, response) => {
    if (!written) {
      written = true;
      await write();
    }
    return allow()(review, response) as object;
  };
}

const on = (...operations: string[]) => ({ rules: [rule(operations, '', 'v1', 'configmaps')] });

/** A config map `a`, and a webhook in the midst of whose first review `write` happens. */
async function interrupted(
  t: TestContext,
  kind: 'mutating' | 'validating',
  write: (use: Hooked) => Promise<unknown>,
  rules: object,
): Promise<Hooked> {
  const use = await hooked(t);
  expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  await use[kind](
    'x',
    use.hook(
      'x',
      once(() => write(use)),
      {
        ...rules,
        // What happens meanwhile is not reviewed itself.
        matchConditions: [{ name: 'c', expression: 'object == null || has(object.data.x)' }],
      },
    ),
  );
  return use;
}

const interfere = ({ api }: Hooked) => api.patch(path, 'merge', { data: { between: '1' } });

/** Data of the object and of the old one in each review. */
const pairs = (use: Hooked): Loose[] =>
  use.asked().map(({ review: { request } }) => [request.object?.data, request.oldObject?.data]);

test('an object that changes during a patch: the patch is made again, and reviewed again', async (t) => {
  const use = await interrupted(t, 'mutating', interfere, on('UPDATE'));
  const { data } = expectCode(await use.api.patch(path, 'merge', { data: { x: '1' } }), 200);
  assert.deepEqual(data, { k: 'v', between: '1', x: '1' });
  assert.deepEqual(pairs(use), [
    [{ k: 'v', x: '1' }, { k: 'v' }],
    [
      { k: 'v', between: '1', x: '1' },
      { k: 'v', between: '1' },
    ],
  ]);
});

test('an object that changes during a PUT without a version: reviewed again', async (t) => {
  const use = await interrupted(t, 'mutating', interfere, on('UPDATE'));
  const { data } = expectCode(await use.api.put(path, configMap('a', { x: '1' })), 200);
  assert.deepEqual(data, { x: '1' });
  assert.deepEqual(pairs(use), [
    [{ x: '1' }, { k: 'v' }],
    [{ x: '1' }, { k: 'v', between: '1' }],
  ]);
});

test('an object that changes during a PUT with a version: a conflict', async (t) => {
  const use = await interrupted(t, 'mutating', interfere, on('UPDATE'));
  const { metadata } = expectCode(await use.api.get(path), 200);
  const sent = configMap('a', { x: '1' }, { resourceVersion: metadata.resourceVersion });
  const { message } = expectFailure(await use.api.put(path, sent), 409, 'Conflict');
  assert.equal(
    message,
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  );
  assert.deepEqual(expectCode(await use.api.get(path), 200).data, { k: 'v', between: '1' });
});

test('an object that changes during a delete: reviewed again as it is now', async (t) => {
  const use = await interrupted(t, 'validating', interfere, on('DELETE'));
  expectCode(await use.api.delete(path), 200);
  assert.deepEqual(pairs(use), [
    [undefined, { k: 'v' }],
    [undefined, { k: 'v', between: '1' }],
  ]);
  expectFailure(await use.api.get(path), 404, 'NotFound');
});

test('an object that goes during a delete is not found', async (t) => {
  const use = await interrupted(t, 'validating', ({ api }) => api.delete(path), on('DELETE'));
  const { message } = expectFailure(await use.api.delete(path), 404, 'NotFound');
  assert.equal(message, 'configmaps "a" not found');
  assert.equal(use.asked().length, 2);
});

test('a name that is taken during a create', async (t) => {
  const use = await hooked(t);
  const other = () => use.api.post(configMaps, configMap('a', { other: '1' }));
  const condition = [{ name: 'c', expression: 'has(object.data.k)' }];
  await use.validating('v', use.hook('v', once(other), { matchConditions: condition }));
  const { message } = expectFailure(
    await use.api.post(configMaps, configMap('a', { k: 'v' })),
    409,
    'AlreadyExists',
  );
  assert.equal(message, 'configmaps "a" already exists');
  assert.deepEqual(expectCode(await use.api.get(path), 200).data, { other: '1' });
});

test('a webhook may write, and be asked about that, before it answers', async (t) => {
  const use = await hooked(t);
  const other = () => use.api.post(configMaps, configMap('b'));
  await use.validating('v', use.hook('v', once(other)));
  expectCode(await use.api.post(configMaps, configMap('a')), 201);
  assert.deepEqual(
    use.asked().map(({ review }) => review.request.name),
    ['a', 'b'],
  );
  expectCode(await use.api.get(`${configMaps}/b`), 200);
});

test('an update that a webhook takes back writes nothing, and none that it makes one', async (t) => {
  const use = await hooked(t);
  const { metadata } = expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  await use.mutating('m', use.hook('m', change([{ op: 'replace', path: '/data', value: { k: 'v' } }])));
  const put = expectCode(await use.api.put(path, configMap('a', { k: 'w' })), 200);
  const patched = expectCode(await use.api.patch(path, 'merge', { data: { k: 'x' } }), 200);
  for (const answer of [put, patched]) {
    assert.deepEqual(answer.data, { k: 'v' });
    assert.equal(answer.metadata.resourceVersion, metadata.resourceVersion);
  }
  use.behave('m', set('p'));
  const { data } = expectCode(await use.api.patch(path, 'merge', {}), 200);
  assert.deepEqual(data, { k: 'v', p: '1' });
  assert.deepEqual(expectCode(await use.api.get(path), 200).data, { k: 'v', p: '1' });
});

test('a webhook that takes the last finalizer away lets the object go', async (t) => {
  const use = await hooked(t);
  const held = configMap('a', { k: 'v' }, { finalizers: ['example.com/x'] });
  expectCode(await use.api.post(configMaps, held), 201);
  expectCode(await use.api.delete(path), 200);
  const free = change([{ op: 'remove', path: '/metadata/finalizers' }]);
  await use.mutating('m', use.hook('m', free, on('UPDATE')));
  expectCode(await use.api.patch(path, 'merge', { data: { x: 'y' } }), 200);
  expectFailure(await use.api.get(path), 404, 'NotFound');
});

test('quota counts what webhooks let through, and not what they refuse', async (t) => {
  const use = await hooked(t);
  const quotas = '/api/v1/namespaces/default/resourcequotas';
  const hard = { configmaps: '2' };
  const quota = expectCode(await use.api.post(quotas, { metadata: { name: 'q' }, spec: { hard } }), 201);
  const status = { hard, used: { configmaps: '1' } };
  expectCode(await use.api.put(`${quotas}/q/status`, { ...quota, status }), 200);
  const used = async () => expectCode(await use.api.get(`${quotas}/q`), 200).status.used.configmaps;
  await use.validating('v', use.hook('v', deny({ message: 'no' })));
  expectCode(await use.api.post(configMaps, configMap('a')), 400);
  assert.equal(await used(), '1');
  use.behave('v', allow());
  expectCode(await use.api.post(configMaps, configMap('a')), 201);
  assert.equal(await used(), '2');
  use.asked();
  const { message } = expectFailure(await use.api.post(configMaps, configMap('b')), 403, 'Forbidden');
  assert.equal(
    message,
    'configmaps "b" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=2, limited: configmaps=2',
  );
  assert.deepEqual(use.who(), ['v'], 'quota is last');
});

test('a pod on its way out: only a deletion that says something new is reviewed', async (t) => {
  const use = await hooked(t);
  expectCode(await use.api.post(pods, pod('p', { nodeName: 'none' })), 201);
  const rules = [rule('*', '', 'v1', 'pods')];
  await use.validating('v', use.hook('v', allow(), { rules }));
  const remove = async (query: string) => {
    expectCode(await use.api.delete(`${pods}/p${query}`), 200);
    return use.asked().map(({ review: { request } }) => {
      const { options, oldObject } = request;
      return [options.gracePeriodSeconds, oldObject.metadata.deletionGracePeriodSeconds];
    });
  };
  assert.deepEqual(await remove(''), [[30, undefined]], 'the period is that of the pod');
  assert.deepEqual(await remove(''), []);
  assert.deepEqual(await remove('?gracePeriodSeconds=3'), [[3, 30]]);
  assert.deepEqual(await remove('?gracePeriodSeconds=60'), []);
  const [first] = await remove('?gracePeriodSeconds=0');
  assert.deepEqual(first, [0, 3]);
  expectFailure(await use.api.delete(`${pods}/p`), 404, 'NotFound');
});
