import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextTurn, virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { fetchTransport } from '../../src/client/fetch-transport.ts';
import { startControllers } from '../../src/controllers/index.ts';
import { podsPath, stage } from './kit.ts';

const sets = '/apis/apps/v1/namespaces/default/replicasets';
const set = {
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    },
  },
};

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => nextTurn(resolve));
};

describe('controllers', () => {
  it('go on without a kind that is not served, and nobody waits for those that need it', async () => {
    await using cluster = await stage(['resourceclaim-controller', 'replicaset'], {
      runtimeConfig: { 'resource.k8s.io/v1': false },
    });
    await cluster.create(podsPath, {
      metadata: { name: 'claims' },
      spec: {
        ...set.spec.template.spec,
        resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
      },
    });
    await cluster.create(sets, set);
    assert.equal((await cluster.list(podsPath)).length, 3);
  });

  it('end soon although an answer never comes', async () => {
    await using cluster = await stage([]);
    const clock = virtualClock();
    const inner = fetchTransport(cluster.cluster.fetch);
    let hanging = 0;
    const running = startControllers(['replicaset'], {
      ...{ clock, random: seededRandom(2), log: silentLog, rootCa: undefined },
      authority: () => Promise.reject(new Error('there is none')),
      signToken: () => Promise.reject(new Error('there are none')),
      transportOf: () => ({
        ...inner,
        ask(request) {
          if (request.method !== 'POST') return inner.ask(request);
          hanging++;
          return new Promise(() => {});
        },
      }),
    });
    await cluster.create(sets, set);
    while (hanging === 0) await turns(1);
    let stopped = false;
    const stopping = running.stop().then(() => (stopped = true));
    await turns();
    assert.equal(stopped, false);
    clock.advance(3_000);
    await stopping;
    assert.equal(running.isBusy(), false);
  });

  it('try again when their requests are lost on the way', async () => {
    await using cluster = await stage([]);
    const clock = virtualClock();
    const inner = fetchTransport(cluster.cluster.fetch);
    let lost = 0;
    const running = startControllers(['replicaset'], {
      ...{ clock, random: seededRandom(2), log: silentLog, rootCa: undefined },
      authority: () => Promise.reject(new Error('there is none')),
      signToken: () => Promise.reject(new Error('there are none')),
      transportOf: () => ({
        ...inner,
        ask(request) {
          if (request.method === 'GET' || lost >= 6) return inner.ask(request);
          lost++;
          return Promise.reject(new Error('socket hang up'));
        },
      }),
    });
    await cluster.create(sets, set);
    for (let look = 0; look < 50; look++) {
      await turns();
      clock.advance(1_000);
    }
    assert.equal(lost, 6);
    assert.equal((await cluster.list(podsPath)).length, 2);
    await running.stop();
  });
});
