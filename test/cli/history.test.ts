import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { type Refusal, serverAt } from '../../src/cli/ask-server.ts';
import { readWebhookTarget } from '../../src/webhook/read-target.ts';
import type { Loose } from '../helpers/api.ts';
import { runBinnacle, startBinnacle, temporaryDirectory } from './start-binnacle.ts';

const collection = '/api/v1/namespaces/default/configmaps';

it('--history-window decides what can be read back: inside it the past, outside it 410', async (t) => {
  const directory = await temporaryDirectory(t);
  const flags = ['--etcd-compaction-interval=50ms', '--history-window=200'];
  const binnacle = await startBinnacle(t, directory, ...flags);
  const server = serverAt(await readWebhookTarget(join(directory, 'kubeconfig'), realClock));
  t.after(server.close);
  const at = (version: string) => `resourceVersion=${version}&resourceVersionMatch=Exact`;
  const refusalOf = (path: string): Promise<Refusal | undefined> =>
    server.ask('GET', path).then(
      () => undefined,
      (error: Refusal) => error,
    );
  const body = (v: number) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    data: { v: `${v}` },
  });

  const versions = [((await server.ask('POST', collection, body(0))) as Loose).metadata.resourceVersion];
  const write = async () => {
    const { metadata } = (await server.ask('PUT', `${collection}/x`, body(versions.length))) as Loose;
    versions.push(metadata.resourceVersion);
  };
  while (versions.length < 100) await write();
  for (const v of [0, 1, 50, 99]) {
    const object = (await server.ask('GET', `${collection}/x?${at(versions[v])}`)) as Loose;
    assert.equal(object.data.v, String(v));
    const list = (await server.ask(
      'GET',
      `${collection}?fieldSelector=metadata.name%3Dx&${at(versions[v])}`,
    )) as Loose;
    assert.deepEqual([list.metadata.resourceVersion, list.items[0].data.v], [versions[v], String(v)]);
  }

  let refusal: Refusal | undefined;
  while (!refusal) {
    await write();
    refusal = await refusalOf(`${collection}?${at(versions[0])}`);
  }
  assert.equal(refusal.code, 410);
  assert.match(refusal.message, /The resourceVersion for the provided list is too old\./);
  assert.equal((await refusalOf(`${collection}/x?${at(versions[0])}`))?.code, 410);
  const late = `${collection}?watch=1&timeoutSeconds=5&resourceVersion=1`;
  const { type, object } = (await server.ask('GET', late)) as Loose;
  assert.deepEqual([type, object.code, object.reason], ['ERROR', 410, 'Expired']);
  // What is inside the window is still there.
  const inside = versions.at(-150)!;
  assert.equal(
    ((await server.ask('GET', `${collection}/x?${at(inside)}`)) as Loose).metadata.resourceVersion,
    inside,
  );
  assert.equal(await binnacle.stop(), 0);
});

it('--history-window is a time or a number', async (t) => {
  for (const wrong of ['soon', '-5', '0', '0s', '1.5']) {
    const binnacle = runBinnacle(t, `--history-window=${wrong}`);
    assert.equal(await binnacle.exited, 1);
    assert.match(binnacle.err(), /^binnacle: invalid value for --history-window: /);
  }
});
