import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kv, WatchSink } from '../../src/kv/types.ts';
import { configMap, expectCode } from '../helpers/api.ts';
import { memoryKv, replicaOn, settled } from './kit.ts';

const collection = '/api/v1/namespaces/default/configmaps';

/** A store that others share, whose watch can be held up: what others write is there before it is told. */
function heldUpKv() {
  const sound = memoryKv();
  const waiting: (() => void)[] = [];
  let isHeld = false;
  const later = (call: () => void) => void (isHeld ? waiting.push(call) : call());
  const kv: Kv = {
    ...sound,
    shared: true,
    watch: (from, sink, options) => {
      const held: WatchSink = {
        onEvents: (events) => later(() => sink.onEvents(events)),
        onProgress: (revision) => later(() => sink.onProgress(revision)),
        onError: (error) => later(() => sink.onError(error)),
      };
      return sound.watch(from, held, options);
    },
  };
  return {
    kv,
    hold: () => void (isHeld = true),
    release() {
      isHeld = false;
      for (const call of waiting.splice(0)) call();
    },
  };
}

test('what the cache does not hear of in time is read from the store, or refused', async () => {
  const { kv, hold, release } = heldUpKv();
  const { api, clock, close } = await replicaOn(kv);
  try {
    expectCode(await api.post(collection, configMap('before')), 201);
    hold();
    const path = `/registry${collection.replace('/namespaces/default/configmaps', '/configmaps/default/other')}`;
    const other = Buffer.from(JSON.stringify(configMap('other')));
    const written = await kv.putIf(path, other, 0);
    const version = String(written.revision);
    // However long it takes until the request waits: time passes again.
    const inTime = async <T>(answer: Promise<T>): Promise<T> => {
      let isThere = false;
      void answer.finally(() => (isThere = true));
      for (; !isThere; await settled()) clock.advance(3_000);
      return answer;
    };
    const names = (list: { items: { metadata: { name: string } }[] }) =>
      list.items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');

    const got = expectCode(await inTime(api.get(`${collection}/other`)), 200);
    assert.equal(got.metadata.resourceVersion, version);
    const list = expectCode(await inTime(api.get(collection)), 200);
    assert.deepEqual([names(list), list.metadata.resourceVersion], [['before', 'other'], version]);
    const any = expectCode(await api.get(`${collection}?resourceVersion=0`), 200);
    assert.deepEqual(names(any), ['before']);
    expectCode(await inTime(api.get(`${collection}/missing`)), 404);

    const refused = expectCode(await inTime(api.get(`${collection}?resourceVersion=${version}`)), 504);
    assert.match(refused.message, /^Timeout: Too large resource version: \d+, current: \d+$/);
    const watching = api.watch(`${collection}?watch=1`);
    const watch = await inTime(watching);
    const [event] = await watch.take(1);
    assert.deepEqual([event?.type, event?.object.code, event?.object.reason], ['ERROR', 504, 'Timeout']);

    release();
    assert.equal(expectCode(await api.get(`${collection}/other`), 200).metadata.resourceVersion, version);
  } finally {
    release();
    await close();
  }
});
