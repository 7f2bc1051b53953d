import { type Clock, delay } from '../../src/apimachinery/clock.ts';
import { type Random, seededRandom } from '../../src/apimachinery/random.ts';
import { checkHistory } from './check/index.ts';
import type { Violation } from './check/violation.ts';
import { type Client, createClient } from './client.ts';
import { createRecorder, type History, type Recorder } from './history.ts';
import { type Informer, startInformer } from './informer.ts';
import { groups, keyOf, kinds, namespaces, opAnnotation, type Scope } from './objects.ts';
import { type Fault, type Rig, type StoreName, startRig } from './rig.ts';
import { hasSucceeded, newMemory, runTraffic } from './traffic.ts';
import type { Endpoint } from './wire.ts';

export interface ProofOptions {
  readonly store: StoreName;
  readonly seed: number;
  /** How often each fault happens. */
  readonly rounds: number;
  /** What has to be done at least, however long it takes. */
  readonly least: Partial<Done>;
  readonly clock: Clock;
  /** Milliseconds that the last writes may take to reach every watch, once nothing is wrong any more. */
  readonly settleMs?: number;
  readonly bug?: string | undefined;
  readonly onProgress?: ((done: Progress) => void) | undefined;
}

export interface Progress {
  readonly calls: number;
  readonly events: number;
  readonly faults: number;
  readonly allFaults: number;
}

export interface Proof {
  readonly history: History;
  readonly violations: readonly Violation[];
  readonly done: Done;
}

/** That a history was worth checking. */
export interface Done {
  readonly written: number;
  readonly read: number;
  readonly refused: number;
  readonly unknown: number;
  readonly events: number;
  readonly bookmarks: number;
  readonly resumed: number;
  readonly pages: number;
}

const clientCount = 5;
/** Milliseconds between two faults, at most. */
const mostQuietMs = 500;
const defaultSettleMs = 20_000;
const retryMs = 50;
const lookMs = 200;
/** How long traffic goes on after the last fault when there has been too little of it. */
const mostMs = 120_000;

/** Whether everything was done as often as it has to be. */
export const isEnough = (done: Done, least: Partial<Done>): boolean =>
  Object.entries(least).every(([name, count]) => done[name as keyof Done] >= count);

/** Drives a real server from several clients while things go wrong, and checks what they were told. */
export async function runProof(options: ProofOptions): Promise<Proof> {
  const { clock, store, bug } = options;
  const rig = await startRig(store, bug);
  const history = createRecorder(clock);
  const late: Violation[] = [];
  try {
    await drive(options, rig, history, late);
  } catch (error) {
    const logs = rig.servers.map((server) => server.log()).join('\n');
    throw new Error(`the run could not be ended; what the servers said:\n${logs}`, { cause: error });
  } finally {
    await rig.close();
  }
  return { history, violations: [...late, ...checkHistory(history)], done: doneOf(history) };
}

async function drive(options: ProofOptions, rig: Rig, history: Recorder, late: Violation[]): Promise<void> {
  const { clock, seed, least, onProgress } = options;
  const random = seededRandom(seed);
  const endpoints = await Promise.all(rig.servers.map((server, at) => server.endpoint(`s${at}`)));
  await createNamespaces(endpoints[0]!, history);
  const memory = newMemory();
  let [stopping, calls, faults] = [false, 0, 0];
  const own = () => seededRandom(random.int(2 ** 32));
  const clients = Array.from({ length: clientCount }, (_, at) =>
    createClient(`c${at}`, endpoints, at % 2 === 0, history),
  );
  const informers = watchers(endpoints, history, {
    random,
    clock,
    pastRevisions: () => memory.revisions,
    isStopping: () => stopping,
  });
  const plan = planOf(rig.faults, options.rounds, random);
  const tell = () => onProgress?.({ calls, faults, allFaults: plan.length, events: eventCount(history) });

  let trafficEnds = false;
  const traffic = clients.map((client) =>
    runTraffic({
      client,
      memory,
      random: own(),
      clock,
      isStopping: () => trafficEnds,
      onCall: () => void (++calls % 50 === 0 && tell()),
    }),
  );
  const scene = {
    ...rig,
    random: own(),
    clock,
    history,
    clients: () => [...clients, ...informers.map(({ client }) => client)],
    newest: () => Math.max(1, ...memory.revisions),
  };
  for (const fault of plan) {
    await delay(clock, random.int(mostQuietMs));
    history.fault(`${fault.name}: begins`);
    await fault.run(scene);
    history.fault(`${fault.name}: over`);
    faults++;
    tell();
  }
  const giveUpAtMs = clock.monotonicMs() + mostMs;
  while (!isEnough(doneOf(history), least) && clock.monotonicMs() < giveUpAtMs) await delay(clock, lookMs);
  trafficEnds = true;
  await Promise.all(traffic);
  await settle(clients[0]!, informers, options, late);
  stopping = true;
  for (const { informer } of informers) informer.stop();
  await Promise.all(informers.map(({ informer }) => informer.ended));
  for (const { client } of informers) client.cut();
  for (const client of clients) client.cut();
}

/** Each fault so many times, in any order. */
function planOf(faults: readonly Fault[], rounds: number, random: Random): readonly Fault[] {
  const waiting = Array.from({ length: rounds }, () => faults).flat();
  const plan: Fault[] = [];
  while (waiting.length > 0) plan.push(...waiting.splice(random.int(waiting.length), 1));
  return plan;
}

interface Follower {
  readonly client: Client;
  readonly informer: Informer;
  /** Whether it always goes on where it was, and sees a whole kind. */
  readonly isWitness: boolean;
  readonly scope: Scope;
}

interface WatcherTools {
  readonly random: Random;
  readonly clock: Clock;
  readonly pastRevisions: () => readonly number[];
  readonly isStopping: () => boolean;
}

function watchers(
  endpoints: readonly Endpoint[],
  history: Recorder,
  tools: WatcherTools,
): readonly Follower[] {
  const { random, clock, isStopping } = tools;
  const follow = (name: string, scope: Scope, isWitness: boolean, begins: 'list' | 'state'): Follower => {
    const client = createClient(name, endpoints, random.int(2) === 0, history);
    const informer = startInformer({
      client,
      scope,
      begins,
      random: seededRandom(random.int(2 ** 32)),
      history,
      pause: () => delay(clock, retryMs),
      pastRevisions: isWitness ? () => [] : tools.pastRevisions,
      isStopping,
    });
    return { client, informer, isWitness, scope };
  };
  const [configMaps] = kinds;
  return [
    ...kinds.map(({ resource }) => follow(`all-${resource}`, { resource }, true, 'list')),
    follow('past', { resource: configMaps!.resource }, false, 'list'),
    follow('state', { resource: configMaps!.resource, namespace: namespaces[0] }, false, 'state'),
    follow('group', { resource: configMaps!.resource, group: groups[0] }, false, 'list'),
    follow('group-state', { resource: 'storageclasses', group: groups[1] }, false, 'state'),
    follow('name', { resource: configMaps!.resource, namespace: namespaces[1], name: 'p-0' }, false, 'list'),
  ];
}

const eventCount = ({ watches }: History): number =>
  watches.reduce((sum, { items }) => sum + items.length, 0);

async function createNamespaces(endpoint: Endpoint, history: Recorder): Promise<void> {
  const client = createClient('setup', [endpoint], false, history);
  for (const name of namespaces)
    await new Promise<void>((resolve, reject) => {
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      client.wire(0).send(
        { method: 'POST', path: '/api/v1/namespaces', body },
        {
          status: (status) => status !== 201 && reject(new Error(`namespace ${name}: ${status}`)),
          data() {},
          end: (error) => (error ? reject(error) : resolve()),
        },
      );
    });
  client.cut();
}

/**
 * Nothing goes wrong any more: a last write of each kind has to succeed, every server has to list it, and every watch of a whole kind
 * has to tell of it.
 */
async function settle(
  client: Client,
  informers: readonly Follower[],
  { clock, settleMs = defaultSettleMs }: ProofOptions,
  late: Violation[],
): Promise<void> {
  const giveUpAtMs = clock.monotonicMs() + settleMs;
  const inTime = () => clock.monotonicMs() < giveUpAtMs;
  for (const { resource, namespaced } of kinds) {
    const key = keyOf(resource, namespaced ? namespaces[0] : '', 'p-last');
    let last: number | undefined;
    for (let attempt = 1; last === undefined && inTime(); attempt++) {
      const op = `last.${resource}.${attempt}`;
      const content = { op, annotations: { [opAnnotation]: op }, group: groups[0] };
      const server = attempt % client.servers.length;
      const { outcome } = await client.call(server, { verb: 'create', key, content });
      if (outcome?.type === 'object') last = outcome.object.revision;
      else await client.call(server, { verb: 'delete', key, expected: undefined });
      if (last === undefined) await delay(clock, retryMs);
    }
    const missing = (what: string, revisions: readonly number[] = []) =>
      late.push({ guarantee: 'answers', message: what, records: [], revisions, keys: [key] });
    if (last === undefined) {
      missing(`${key} could not be written within ${settleMs} ms after the last fault`);
      continue;
    }
    const revision = last;
    const scope = { resource };
    for (let server = 0; server < client.servers.length; server++) {
      const asked = {
        verb: 'list',
        scope,
        rule: 'newest',
        revision: undefined,
        limit: undefined,
        from: undefined,
      } as const;
      const list = async () => hasSucceeded((await client.call(server, asked)).outcome);
      while (!(await list()) && inTime()) await delay(clock, retryMs);
    }
    const witnesses = informers.filter(({ isWitness, scope: own }) => isWitness && own.resource === resource);
    const isTold = () => witnesses.every(({ informer }) => informer.reached() >= revision);
    while (!isTold() && inTime()) await delay(clock, retryMs);
    if (!isTold())
      late.push({
        guarantee: 'reliable',
        message: `a watch of ${resource} has not told of ${revision} within ${settleMs} ms after the last fault`,
        records: [],
        revisions: [revision],
        keys: [key],
      });
  }
}

function doneOf({ calls, watches }: History): Done {
  const ended = calls.map(({ asked, outcome }) => ({
    isRead: asked.verb === 'get' || asked.verb === 'list',
    outcome,
  }));
  const items = watches.flatMap((watch) => watch.items);
  return {
    written: ended.filter(({ isRead, outcome }) => !isRead && hasSucceeded(outcome)).length,
    read: ended.filter(({ isRead, outcome }) => isRead && hasSucceeded(outcome)).length,
    refused: ended.filter(({ outcome }) => outcome?.type === 'refused').length,
    unknown: ended.filter(({ outcome }) => outcome?.type === 'unknown').length,
    events: items.length,
    bookmarks: items.filter(({ type }) => type === 'BOOKMARK').length,
    resumed: watches.filter(({ after, items: told }) => after !== undefined && told.length > 0).length,
    pages: calls.filter(({ asked }) => asked.verb === 'list' && asked.from).length,
  };
}
