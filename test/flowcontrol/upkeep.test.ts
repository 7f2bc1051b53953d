import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { expectCode } from '../helpers/api.ts';
import { type Bench, bench, group, schemaFor, settled } from './kit.ts';

const schemas = `${group}/flowschemas`;
const levels = `${group}/prioritylevelconfigurations`;

let use: Bench;
before(async () => {
  use = await bench();
});
after(() => use.cluster.close());

const get = async (path: string) => expectCode(await use.api.get(path), 200);
const put = async (path: string, object: object) => expectCode(await use.api.put(path, object), 200);

const level = (name: string) => ({
  metadata: { name },
  spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
});

describe('the condition Dangling', () => {
  const conditionOf = async (name: string) => {
    const { status } = await get(`${schemas}/${name}`);
    const { lastTransitionTime, ...condition } = status?.conditions?.[0] ?? {};
    assert.ok(condition.type === undefined || lastTransitionTime);
    return condition;
  };
  const message = 'This FlowSchema references the PriorityLevelConfiguration object named "late"';
  const found = { type: 'Dangling', status: 'False', reason: 'Found', message: `${message} and it exists` };
  const notFound = {
    type: 'Dangling',
    status: 'True',
    reason: 'NotFound',
    message: `${message} but there is no such object`,
  };
  const becomes = async (expected: typeof found) => {
    for (;;) {
      const condition = await conditionOf('early');
      if (condition.status === expected.status) return assert.deepEqual(condition, expected);
      await settled();
    }
  };

  it('says whether the level of a schema exists, whatever happens to the level', async () => {
    expectCode(await use.api.post(schemas, schemaFor('early', 'sue', 'late')), 201);
    await becomes(notFound);
    expectCode(await use.api.post(levels, level('late')), 201);
    await becomes(found);
    expectCode(await use.api.delete(`${levels}/late`), 200);
    await becomes(notFound);
  });

  it('is put right when somebody writes something else, but not again and again', async () => {
    use.clock.advance(60_000);
    await settled();
    let answered = 0;
    for (let i = 0; i < 12; i++) {
      const schema = await get(`${schemas}/early`);
      schema.status.conditions[0].message = `number ${i}`;
      await put(`${schemas}/early/status`, schema);
      await settled();
      if ((await conditionOf('early')).message === notFound.message) answered++;
    }
    assert.equal(answered, 6);
    use.clock.advance(76_000);
    await becomes(notFound);
  });
});

describe('within a minute', () => {
  const pass = async () => {
    await settled();
    use.clock.advance(60_000);
    await settled();
  };

  it('a mandatory object is back, as it was', async () => {
    const { spec } = await get(`${schemas}/catch-all`);
    expectCode(await use.api.delete(`${schemas}/catch-all`), 200);
    expectCode(await use.api.get('/version'), 200);
    await pass();
    assert.deepEqual((await get(`${schemas}/catch-all`)).spec, spec);
  });

  it('a suggested object is as the server wants it, unless its annotation says otherwise', async () => {
    const changed = await get(`${levels}/workload-low`);
    changed.spec.limited.nominalConcurrencyShares = 7;
    await put(`${levels}/workload-low`, changed);
    const own = await get(`${levels}/workload-high`);
    own.spec.limited.nominalConcurrencyShares = 7;
    own.metadata.annotations['apf.kubernetes.io/autoupdate-spec'] = 'false';
    await put(`${levels}/workload-high`, own);
    await pass();
    assert.equal((await get(`${levels}/workload-low`)).spec.limited.nominalConcurrencyShares, 100);
    assert.equal((await get(`${levels}/workload-high`)).spec.limited.nominalConcurrencyShares, 7);
  });

  it('an object that says it is the server’s own, and is not any more, is gone', async () => {
    const annotations = { 'apf.kubernetes.io/autoupdate-spec': 'true' };
    const old = level('of-an-old-version');
    expectCode(await use.api.post(levels, { ...old, metadata: { ...old.metadata, annotations } }), 201);
    expectCode(await use.api.post(levels, level('of-somebody')), 201);
    await pass();
    expectCode(await use.api.get(`${levels}/of-an-old-version`), 404);
    expectCode(await use.api.get(`${levels}/of-somebody`), 200);
  });
});

it('nothing is left to do when nothing changes', async () => {
  use.clock.advance(600_000);
  await settled();
  const { items } = await get(schemas);
  use.clock.advance(600_000);
  await settled();
  assert.deepEqual((await get(schemas)).items, items);
});
