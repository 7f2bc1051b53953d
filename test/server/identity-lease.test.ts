import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMicroTime, virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import { createApiServer } from '../../src/server.ts';
import { settingsOf } from '../../src/server-options.ts';
import { createFetch } from '../../src/transport/in-process/fetch.ts';
import { apiOver, expectCode, type Loose } from '../helpers/api.ts';

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const renewMs = 10_000;
const hourMs = 3_600_000;

async function serve() {
  const clock = virtualClock();
  const server = await createApiServer({
    ...settingsOf({ controllers: [] }),
    kv: createMemoryKv({ clock }),
    clock,
    random: seededRandom(5),
    log: silentLog,
  });
  await server.bootstrap({
    advertiseAddress: '192.0.2.1',
    securePort: 6443,
    hostname: 'vm',
    keepsIdentity: true,
  });
  const api = apiOver(createFetch(server.handle));
  const list = async (): Promise<Loose[]> => expectCode(await api.get(leases), 200).items;
  /** Lets time pass until this holds; the test run ends when it never does. */
  const until = async (holds: (leases: Loose[]) => boolean) => {
    for (clock.advance(renewMs); !holds(await list()); );
  };
  return { api, clock, server, list, until };
}

const own = 'apiserver-wlv32tlttr4jl3gtroqexyxapa';
const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver' };

test('a server renews its lease, makes it anew when somebody deletes it, and takes it away in the end', async () => {
  const { api, clock, server, list, until } = await serve();
  const [first] = await list();
  assert.equal(first.metadata.name, own);
  assert.deepEqual(first.metadata.labels, { ...labels, 'kubernetes.io/hostname': 'vm' });
  await until(([lease]) => lease?.spec.renewTime === formatMicroTime(clock.now()));
  const [renewed] = await list();
  assert.equal(renewed.spec.holderIdentity, first.spec.holderIdentity);
  expectCode(await api.delete(`${leases}/${own}`), 200);
  await until(([lease]) => lease !== undefined);
  const [again] = await list();
  assert.equal(again.spec.holderIdentity, first.spec.holderIdentity);
  await server.close();
  assert.deepEqual(await list(), []);
});

test('leases of servers that nobody renewed for an hour are taken away, others stay', async () => {
  const { api, clock, server, list, until } = await serve();
  const lease = (name: string, agoMs: number, more: object = { labels }) => ({
    metadata: { name, ...more },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: 3600,
      renewTime: formatMicroTime(clock.now() - agoMs),
    },
  });
  for (const body of [
    lease('apiserver-gone', hourMs + 1),
    lease('apiserver-there', hourMs / 2),
    lease('somebody-else', 2 * hourMs, {}),
    { metadata: { name: 'apiserver-odd', labels } },
  ]) {
    expectCode(await api.post(leases, body), 201);
  }
  await until((items) => items.length === 3);
  assert.deepEqual(
    (await list()).map(({ metadata }) => metadata.name),
    ['apiserver-there', own, 'somebody-else'],
  );
  await server.close();
});
