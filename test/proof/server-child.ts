/**
 * A server for test/proof, in a process of its own: the real wiring, transport and store, with a store in between that can be told to do
 * nothing for a while, and for the canaries to do wrong. Argument: ChildOptions as JSON.
 */
import { join } from 'node:path';
import process from 'node:process';
import { realClock } from '../../src/apimachinery/clock.ts';
import { documentationAddress } from '../../src/apimachinery/host-addresses.ts';
import { textLog } from '../../src/apimachinery/log.ts';
import { cryptoRandom, seededRandom } from '../../src/apimachinery/random.ts';
import { openEtcdKv } from '../../src/kv/etcd/index.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import type { Kv, WatchSink } from '../../src/kv/types.ts';
import { makePrivateDirectory } from '../../src/pki/files.ts';
import { serveStore } from '../../src/serve-store.ts';
import { settingsOf } from '../../src/server-options.ts';
import { bindPort } from '../../src/transport/https/bind-port.ts';
import { type BugName, withBug } from './bugs.ts';
import type { ChildAsked, ChildOptions, ChildSays } from './server-process.ts';

const address = '127.0.0.1';

// When the test itself is killed, nothing stays behind.
process.on('disconnect', () => process.exit());

const { store, directory, port, etcd, bug }: ChildOptions = JSON.parse(process.argv[2] ?? '');

async function openStore(): Promise<Kv> {
  const clock = realClock;
  if (store === 'memory') return createMemoryKv({ clock });
  if (store === 'sqlite') return openSqliteKv({ path: join(directory, 'store.db'), clock });
  return openEtcdKv({ endpoints: etcd, root: '/registry', prefix: '/registry', clock, random: cryptoRandom });
}

/** Operations of a store, that wait while it is stalled. */
function stallable(kv: Kv) {
  let going = Promise.resolve();
  let goOn = () => {};
  const whenGoing = async <T>(work: () => Promise<T>): Promise<T> => {
    await going;
    const result = await work();
    // A store that stops between a write and its answer.
    await going;
    return result;
  };
  const stalled: Kv = {
    ...kv,
    get: (...given) => whenGoing(() => kv.get(...given)),
    list: (...given) => whenGoing(() => kv.list(...given)),
    putIf: (...given) => whenGoing(() => kv.putIf(...given)),
    deleteIf: (...given) => whenGoing(() => kv.deleteIf(...given)),
    currentRevision: () => whenGoing(() => kv.currentRevision()),
  };
  return {
    kv: stalled,
    stall: () => void (going = new Promise((resolve) => (goOn = resolve))),
    goOn: () => goOn(),
  };
}

/** What followers are told, that waits while they are deaf. */
function deafenable(kv: Kv) {
  let waiting: (() => void)[] | undefined;
  const tell = (work: () => void) => (waiting ? void waiting.push(work) : work());
  const through = (sink: WatchSink): WatchSink => ({
    onEvents: (events) => tell(() => sink.onEvents(events)),
    onProgress: (revision) => tell(() => sink.onProgress(revision)),
    onError: (error) => tell(() => sink.onError(error)),
  });
  return {
    kv: {
      ...kv,
      watch: (from, sink, options) => {
        let stopped = false;
        const live = (call: () => void) => stopped || call();
        const watch = kv.watch(
          from,
          through({
            onEvents: (events) => live(() => sink.onEvents(events)),
            onProgress: (revision) => live(() => sink.onProgress(revision)),
            onError: (error) => live(() => sink.onError(error)),
          }),
          options,
        );
        return {
          stop() {
            stopped = true;
            watch.stop();
          },
        };
      },
    } satisfies Kv,
    deafen: () => void (waiting ??= []),
    hear() {
      const due = waiting ?? [];
      waiting = undefined;
      for (const work of due) work();
    },
  };
}

await makePrivateDirectory(directory);
const sound = await openStore();
const {
  kv: heard,
  deafen,
  hear,
} = deafenable(bug === undefined ? sound : withBug(sound, bug as BugName, seededRandom(1), realClock));
const { kv, stall, goOn } = stallable(heard);
const bound = await bindPort(address, port);
await serveStore(Promise.resolve(kv), {
  settings: settingsOf({
    controllers: [],
    compaction: { window: { kind: 'time', ms: 0 }, intervalMs: 0 },
  }),
  bound,
  url: `https://${address}:${bound.port}`,
  advertiseAddress: documentationAddress,
  kubeconfigPath: join(directory, 'kubeconfig'),
  pkiDir: join(directory, 'pki'),
  pki: { hosts: [address] },
  maxConcurrentStreams: undefined,
  log: textLog(realClock, 'warn', (line) => void process.stderr.write(line)),
});

const say = (says: ChildSays) => process.send!(says);

async function handle(asked: ChildAsked): Promise<void> {
  if (asked.ask === 'stall') stall();
  else if (asked.ask === 'go on') goOn();
  else if (asked.ask === 'deafen') deafen();
  else if (asked.ask === 'hear') hear();
  // Another replica may have gone further, or etcd may be away.
  else await sound.compact(asked.floor).catch(() => {});
  say({ did: asked.ask });
}

process.on('message', (asked: ChildAsked) => void handle(asked));
say({ did: 'ready', port: bound.port });
