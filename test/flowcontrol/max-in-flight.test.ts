import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createCluster } from '../../src/testing/cluster.ts';
import { expectCode } from '../helpers/api.ts';
import { type Bench, bench, debug, settled } from './kit.ts';

const pods = '/api/v1/namespaces/default/pods';
const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } };

describe('without priority and fairness', () => {
  let use: Bench;
  before(async () => {
    use = await bench({ priorityAndFairness: false, maxRequests: 1, maxMutatingRequests: 2 });
  });
  after(() => use.cluster.close());

  it('there are so many requests that change something, and no more', async () => {
    const held = [use.hold('jane'), use.hold('tom')];
    await settled();
    const refused = await use.as('sue').post(pods, pod);
    assert.equal(refused.status, 429);
    assert.equal(refused.text, 'Too many requests, please try again later.\n');
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.equal(refused.headers.get('x-kubernetes-pf-flowschema-uid'), null);
    // Those that only read have a limit of their own, and cluster administrators have none.
    expectCode(await use.as('sue').get(pods), 200);
    expectCode(await use.api.post(pods, pod), 201);
    for (const each of held) each.goOn();
    for (const each of held) assert.equal((await each.answer).status, 201);
    expectCode(await use.as('sue').delete(`${pods}/p`), 200);
  });

  it('watches are not counted', async () => {
    const readers = [
      await use.as('jane').watch(`${pods}?watch=1`),
      await use.as('jane').watch(`${pods}?watch=1`),
    ];
    expectCode(await use.as('jane').get(pods), 200);
    for (const reader of readers) await reader.close();
  });

  it('there is nothing to debug', async () => {
    assert.equal((await use.api.get(`${debug}/dump_queues`)).status, 404);
  });
});

it('a limit of 0 is none', async () => {
  const use = await bench({ priorityAndFairness: false, maxRequests: 0, maxMutatingRequests: 0 });
  const held = Array.from({ length: 50 }, () => use.hold('jane'));
  await settled();
  expectCode(await use.as('jane').post(pods, pod), 201);
  for (const each of held) each.leave();
  await use.cluster.close();
});

it('with priority and fairness there must be a seat', async () => {
  await assert.rejects(createCluster({ flowControl: { maxRequests: 0, maxMutatingRequests: 0 } }), {
    message:
      'max-requests-inflight: 0 and max-mutating-requests-inflight: 0 must add up to something positive',
  });
});
