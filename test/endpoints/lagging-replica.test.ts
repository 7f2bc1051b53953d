import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kv, KvEvent } from '../../src/kv/types.ts';
import { expectCode } from '../helpers/api.ts';
import { memoryKv, replicaOn } from './kit.ts';

/** A store that others write to as well; its events can be held back, as on a slow line. */
function slowLine(kv: Kv) {
  const held: (() => void)[] = [];
  let isHeld = false;
  const view: Kv = {
    ...kv,
    shared: true,
    watch: (from, sink, options) =>
      kv.watch(
        from,
        {
          ...sink,
          onEvents(events: readonly KvEvent[]) {
            if (isHeld) held.push(() => sink.onEvents(events));
            else sink.onEvents(events);
          },
          onProgress(revision) {
            if (isHeld) held.push(() => sink.onProgress(revision));
            else sink.onProgress(revision);
          },
          onError: (error) => sink.onError(error),
        },
        options,
      ),
  };
  return {
    view,
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      for (const go of held.splice(0)) go();
    },
  };
}

test('what a server has not heard of yet is looked for before it is said to be missing', async () => {
  const kv = memoryKv();
  const quick = await replicaOn({ ...kv, shared: true });
  const line = slowLine(kv);
  const slow = await replicaOn(line.view);
  line.hold();
  expectCode(await quick.api.post('/api/v1/namespaces', { metadata: { name: 'new' } }), 201);
  let isAnswered = false;
  const creating = slow.api
    .post('/api/v1/namespaces/new/configmaps', { metadata: { name: 'first' } })
    .finally(() => {
      isAnswered = true;
    });
  const never = slow.api.post('/api/v1/namespaces/never/configmaps', { metadata: { name: 'first' } });
  expectCode(await quick.api.get('/api/v1/namespaces/new'), 200);
  assert.equal(isAnswered, false, 'nothing is refused on the strength of what is old');
  line.release();
  expectCode(await creating, 201);
  expectCode(await never, 404);
  await slow.close();
  await quick.close();
});
