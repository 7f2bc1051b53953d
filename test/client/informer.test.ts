import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { createActivity } from '../../src/client/activity.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import { fetchTransport } from '../../src/client/fetch-transport.ts';
import { createInformers, type Informers } from '../../src/client/informers.ts';
import { type ConfigMap, configMaps, serviceAccounts } from '../../src/client/kinds.ts';
import { metadataOf } from '../../src/client/resource.ts';
import type { ClientTransport } from '../../src/client/transport.ts';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';

let cluster: Cluster;
let clock: VirtualClock;
let client: Client;
/** A client whose writes no informer is told of. */
let stranger: Client;
let informers: Informers;
/** Cuts every open watch. */
let cut: () => void;

beforeEach(async () => {
  clock = virtualClock();
  cluster = await createCluster({ clock });
  const activity = createActivity();
  const over = fetchTransport(cluster.fetch);
  const open = new Set<() => void>();
  cut = () => {
    for (const end of open) end();
  };
  const transport: ClientTransport = {
    ask: over.ask,
    stream(request, receiver) {
      const running = over.stream(request, receiver);
      const end = () => {
        open.delete(end);
        running.close();
        receiver.end(new Error('cut'));
      };
      open.add(end);
      return running;
    },
  };
  informers = createInformers({ transport, clock, log: silentLog, activity });
  client = createClient(over, { activity, informers });
  stranger = createClient(over, { activity });
});
afterEach(async () => {
  informers.stop();
  await cluster.close();
});

const draft = (name: string, data: Record<string, string> = {}) => ({
  metadata: { name, labels: { app: name } },
  data,
});
const names = () =>
  [...informers.of(configMaps).all()]
    .filter(({ metadata }) => metadata.namespace === 'default')
    .map(({ metadata }) => metadata.name)
    .sort();

describe('an informer', () => {
  it('holds what was there and follows what changes', async () => {
    await stranger.of(configMaps).create('default', draft('a'));
    const informer = informers.of(configMaps);
    await informer.synced;
    assert.deepEqual(names(), ['a']);
    const seen: string[] = [];
    informer.onChange((after, before) => {
      const name = (after ?? before)!.metadata.name;
      if (name.length === 1) seen.push(`${name} ${before?.data?.['x'] ?? '-'}>${after?.data?.['x'] ?? '-'}`);
    });
    const made = await stranger.of(configMaps).create('default', draft('b', { x: '1' }));
    await stranger.of(configMaps).update({ ...made, data: { x: '2' } });
    await stranger.of(configMaps).delete(made);
    await cluster.settled();
    assert.deepEqual(seen, ['a ->-', 'b ->1', 'b 1>2', 'b 2>-']);
    assert.deepEqual(names(), ['a']);
  });

  it('has own writes before the watch brings them, and tells of each once', async () => {
    const informer = informers.of(configMaps);
    await informer.synced;
    await cluster.settled();
    let told = 0;
    informer.onChange((after) => after?.metadata.name === 'mine' && told++);
    const made = await client.of(configMaps).create('default', draft('mine'));
    assert.equal(informer.get('default', 'mine'), made);
    await client.of(configMaps).patch('default', 'mine', 'merge', { data: { x: '1' } });
    assert.equal(informer.get('default', 'mine')?.data?.['x'], '1');
    await cluster.settled();
    assert.equal(told, 2);
    await client.of(configMaps).delete(made);
    assert.equal(informer.get('default', 'mine'), undefined);
    await cluster.settled();
    assert.equal(informer.get('default', 'mine'), undefined);
    await client.of(configMaps).create('default', draft('mine'));
    await cluster.settled();
    assert.ok(informer.get('default', 'mine'));
  });

  it('does not bring back what others deleted while the answer to a write was on its way', async () => {
    const informer = informers.of(configMaps);
    await informer.synced;
    const made = await stranger.of(configMaps).create('default', draft('ghost'));
    await stranger.of(configMaps).delete(made);
    await cluster.settled();
    informer.observe(made);
    assert.equal(informer.get('default', 'ghost'), undefined);
  });

  it('resumes a watch that was cut, and misses nothing', async () => {
    const informer = informers.of(configMaps);
    await informer.synced;
    const made = await stranger.of(configMaps).create('default', draft('a'));
    await cluster.settled();
    cut();
    await stranger.of(configMaps).delete(made);
    await stranger.of(configMaps).create('default', draft('b'));
    await cluster.settled();
    assert.deepEqual(names(), ['a']);
    clock.advance(100);
    await cluster.settled();
    await cluster.settled();
    assert.deepEqual(names(), ['b']);
  });

  it('tells the others of what one handler could not bear', async () => {
    const informer = informers.of(configMaps);
    await informer.synced;
    const told: string[] = [];
    informer.onChange((after) => {
      if (after?.metadata.name === 'bad') throw new Error('no');
    });
    informer.onChange((after) => after?.metadata.namespace === 'default' && told.push(after.metadata.name));
    told.length = 0;
    await client.of(configMaps).create('default', draft('bad'));
    await stranger.of(configMaps).create('default', draft('good'));
    await cluster.settled();
    assert.deepEqual(told, ['bad', 'good']);
  });

  it('finds objects by an index that follows changes', async () => {
    const informer = informers.of(configMaps);
    await informer.synced;
    const byApp = (object: ConfigMap) => Object.values(object.metadata.labels ?? {});
    const index = informer.index(byApp);
    assert.equal(informer.index(byApp), index);
    const made = await client.of(configMaps).create('default', draft('a'));
    assert.deepEqual(index.get('a'), [made]);
    await client.of(configMaps).patch('default', 'a', 'merge', { metadata: { labels: { app: 'z' } } });
    assert.equal(index.count('a'), 0);
    assert.equal(index.count('z'), 1);
    await client.of(configMaps).delete(made);
    assert.equal(index.count('z'), 0);
  });

  it('of metadata is that of whole objects where there is one, and keeps little where there is none', async () => {
    const whole = informers.of(configMaps);
    assert.equal(informers.of(metadataOf(configMaps)), whole);
    const labels = { app: 'x' };
    const small = informers.of(metadataOf(serviceAccounts));
    await small.synced;
    const made = await client.of(serviceAccounts).create('default', { metadata: { name: 'robot', labels } });
    const { uid, resourceVersion, creationTimestamp } = made.metadata;
    assert.deepEqual(small.get('default', 'robot'), {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot', namespace: 'default', uid, resourceVersion, creationTimestamp },
    });
    await client.of(serviceAccounts).delete(made);
    assert.equal(small.get('default', 'robot'), undefined);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'owner', uid }];
    for (const name of ['a', 'b']) {
      await stranger.of(serviceAccounts).create('default', { metadata: { name, ownerReferences } });
    }
    await cluster.settled();
    const ownersOf = (name: string) => small.get('default', name)?.metadata.ownerReferences;
    assert.deepEqual(ownersOf('a'), ownerReferences);
    assert.equal(ownersOf('a'), ownersOf('b'));
  });
});
