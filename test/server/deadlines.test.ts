import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Cluster, createCluster, virtualClock } from '../../src/index.ts';

const namespaces = '/api/v1/namespaces';

/** A POST whose body never ends; `arrived` when the server waits for the rest of it. */
function stalled(cluster: Cluster, query = '') {
  const { promise: arrived, resolve: waits } = Promise.withResolvers<void>();
  let sent = false;
  const body = new ReadableStream(
    {
      pull(controller) {
        if (sent) return waits();
        controller.enqueue(Buffer.from('{'));
        sent = true;
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { 'content-type': 'application/json' };
  const answer = cluster.fetch(`${namespaces}${query}`, { method: 'POST', headers, body });
  return { answer, arrived };
}

const timeout = {
  status: 504,
  reason: 'Timeout',
  message: 'Timeout: request did not complete within the allotted timeout',
};

async function statusOf(response: Response) {
  const { reason, message } = (await response.json()) as { reason: string; message: string };
  return { status: response.status, reason, message };
}

describe('a request that takes too long', () => {
  test('is answered with 504; watches, and those who come after, are not', async () => {
    const clock = virtualClock();
    await using cluster = await createCluster({ clock, requestTimeoutMs: 30_000 });
    const watch = await cluster.fetch(`${namespaces}?watch=1`);
    const first = stalled(cluster);
    await first.arrived;
    clock.advance(20_000);
    const second = stalled(cluster);
    await second.arrived;
    clock.advance(10_000);
    assert.deepEqual(await statusOf(await first.answer), timeout);
    assert.equal(await Promise.race([second.answer, 'open']), 'open');
    clock.advance(20_000);
    assert.deepEqual(await statusOf(await second.answer), timeout);
    const { value } = await watch.body!.getReader().read();
    assert.match(Buffer.from(value!).toString(), /^{"type":"ADDED"/);
    assert.equal((await cluster.fetch(namespaces)).status, 200);
  });

  test('may say itself how long it would wait, up to the limit of the server', async () => {
    const clock = virtualClock();
    await using cluster = await createCluster({ clock });
    const short = stalled(cluster, '?timeout=5s');
    const long = stalled(cluster, '?timeout=2h');
    await Promise.all([short.arrived, long.arrived]);
    clock.advance(5_000);
    assert.deepEqual(await statusOf(await short.answer), timeout);
    assert.equal(await Promise.race([long.answer, 'open']), 'open');
    clock.advance(55_000);
    assert.deepEqual(await statusOf(await long.answer), timeout);
    assert.deepEqual(await statusOf(await cluster.fetch(`${namespaces}?timeout=soon`)), {
      status: 400,
      reason: 'BadRequest',
      message: 'invalid timeout specified in the request URL - time: invalid duration "soon"',
    });
    assert.equal((await cluster.fetch(`${namespaces}?timeout=32s`)).status, 200);
    assert.deepEqual(await statusOf(await cluster.fetch(`${namespaces}?timeout=1ns`)), timeout);
    assert.equal((await cluster.fetch(`${namespaces}?timeout=0s`)).status, 200);
  });
});
