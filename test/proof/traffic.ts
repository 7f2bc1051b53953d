import { type Clock, delay } from '../../src/apimachinery/clock.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import { once, pick } from '../fuzz/chance.ts';
import type { Client } from './client.ts';
import { type Asked, type Call, type ListRule, type Outcome, revisionsOf } from './history.ts';
import {
  type Content,
  groups,
  type Key,
  keyOf,
  kinds,
  namespaces,
  opAnnotation,
  type Scope,
  type Seen,
} from './objects.ts';

/** Names of each kind in each namespace: few, so that clients meet. */
const names = 6;
/** Milliseconds between two requests of a client, at most. */
const mostThinkMs = 12;
/** Milliseconds after which a client that loses patience breaks off, at most. */
const mostPatienceMs = 6;
/** Milliseconds before a server that cannot be reached is asked again. */
const awayMs = 50;
/** Revisions remembered for reads of the past. */
const maxRevisions = 300;

/** What the clients have seen and build on: often enough no longer true. */
export interface Memory {
  readonly objects: Map<Key, Seen>;
  readonly revisions: number[];
}

export const newMemory = (): Memory => ({ objects: new Map(), revisions: [] });

export interface TrafficOptions {
  readonly client: Client;
  readonly memory: Memory;
  readonly random: Random;
  readonly clock: Clock;
  isStopping(): boolean;
  onCall(): void;
}

/** One client that asks one thing after the other until it is told to stop. */
export async function runTraffic(options: TrafficOptions): Promise<void> {
  const { client, memory, random, clock, isStopping, onCall } = options;
  let count = 0;
  while (!isStopping()) {
    const asked = choose(random, memory, client.name, ++count);
    const server = random.int(client.servers.length);
    const patience = once(random, 30) ? delay(clock, random.int(mostPatienceMs)) : undefined;
    const call = await client.call(server, asked, patience);
    onCall();
    remember(memory, call);
    if (asked.verb === 'list') await furtherPages(options, server, call);
    await delay(clock, isAway(call.outcome) ? awayMs : random.int(mostThinkMs));
  }
}

const isAway = (outcome: Outcome | undefined): boolean =>
  outcome?.type === 'unknown' || (outcome?.type === 'refused' && outcome.status >= 500);

function remember({ objects, revisions }: Memory, { asked, outcome }: Call): void {
  for (const revision of revisionsOf(outcome)) {
    revisions.push(revision);
    if (revisions.length > maxRevisions) revisions.shift();
  }
  if (outcome?.type === 'object') {
    if (asked.verb !== 'delete') objects.set(outcome.object.key, outcome.object);
  } else if (outcome?.type === 'list' && asked.verb === 'list' && asked.rule === 'newest')
    for (const item of outcome.items) objects.set(item.key, item);
}

/** Reads on, mostly to the end. */
async function furtherPages({ client, random, isStopping }: TrafficOptions, server: number, first: Call) {
  let { asked, outcome } = first;
  while (asked.verb === 'list' && outcome?.type === 'list' && outcome.token !== undefined) {
    const last: Seen | undefined = outcome.items.at(-1);
    if (isStopping() || !last || once(random, 8)) return;
    const from = { revision: outcome.revision, after: last.key, token: outcome.token };
    const next: Call = await client.call(once(random, 3) ? random.int(client.servers.length) : server, {
      ...asked,
      from,
    });
    ({ asked, outcome } = next);
  }
}

const someKey = (random: Random): Key => {
  const { resource, namespaced } = pick(random, [kinds[0]!, kinds[0]!, ...kinds]);
  return keyOf(resource, namespaced ? pick(random, namespaces) : '', `p-${random.int(names)}`);
};

function someScope(random: Random): Scope {
  const { resource, namespaced } = pick(random, kinds);
  return {
    resource,
    namespace: namespaced && random.int(2) === 0 ? pick(random, namespaces) : undefined,
    group: once(random, 3) ? pick(random, groups) : undefined,
    name: once(random, 8) ? `p-${random.int(names)}` : undefined,
  };
}

function someContent(random: Random, client: string, op: string): Content {
  const annotations = { [opAnnotation]: op, [client]: op };
  return { op, annotations, group: once(random, 6) ? undefined : pick(random, groups) };
}

type Chooser = (random: Random, memory: Memory, op: () => Content) => Asked;

/** The version that a write expects: mostly that of what was seen last. */
const expectation = (random: Random, seen: Seen | undefined): number | undefined =>
  random.int(3) > 0 ? seen?.revision : undefined;

const create: Chooser = (random, _memory, content) => ({
  verb: 'create',
  key: someKey(random),
  content: content(),
});

const update: Chooser = (random, memory, content) => {
  const key = someKey(random);
  const seen = memory.objects.get(key);
  return { verb: 'update', key, content: content(), expected: expectation(random, seen) };
};

const patch: Chooser = (random, memory, content) => {
  const key = someKey(random);
  const seen = memory.objects.get(key);
  const testedOp = once(random, 3) ? seen?.content.op : undefined;
  const expected = testedOp === undefined && once(random, 3) ? seen?.revision : undefined;
  return { verb: 'patch', key, content: content(), expected, testedOp };
};

const remove: Chooser = (random, memory) => {
  const key = someKey(random);
  const seen = memory.objects.get(key);
  return { verb: 'delete', key, expected: once(random, 3) ? seen?.revision : undefined };
};

const removeCollection: Chooser = (random) => {
  const scope = someScope(random);
  // Not all namespaces at once: there is no such request.
  const { namespaced } = kinds.find(({ resource }) => resource === scope.resource)!;
  const namespace = namespaced ? (scope.namespace ?? pick(random, namespaces)) : undefined;
  return {
    verb: 'deletecollection',
    scope: { ...scope, namespace, group: scope.group ?? pick(random, groups) },
  };
};

const get: Chooser = (random, { revisions }) => {
  const past =
    revisions.length > 0 && once(random, 6) ? pick(random, [0, pick(random, revisions)]) : undefined;
  return { verb: 'get', key: someKey(random), revision: past };
};

const list: Chooser = (random, { revisions }) => {
  const wanted = pick<ListRule>(random, ['newest', 'newest', 'newest', 'any', 'notOlderThan', 'exact']);
  const rule = revisions.length === 0 ? 'newest' : wanted;
  const revision = rule === 'newest' || rule === 'any' ? undefined : pick(random, revisions);
  // Who takes any version is given everything at once.
  const limit = rule !== 'any' && rule !== 'notOlderThan' && once(random, 2) ? 1 + random.int(5) : undefined;
  return { verb: 'list', scope: someScope(random), rule, revision, limit, from: undefined };
};

/** How often each is chosen. */
const choosers: readonly (readonly [weight: number, choose: Chooser])[] = [
  [16, create],
  [14, update],
  [14, patch],
  [8, remove],
  [1, removeCollection],
  [20, get],
  [14, list],
];
const weights = choosers.reduce((sum, [weight]) => sum + weight, 0);

function choose(random: Random, memory: Memory, client: string, count: number): Asked {
  let at = random.int(weights);
  for (const [weight, chooser] of choosers) {
    if (at < weight) return chooser(random, memory, () => someContent(random, client, `${client}.${count}`));
    at -= weight;
  }
  throw new Error('unreachable');
}

/** Whether a call got what it asked for. */
export const hasSucceeded = (outcome: Outcome | undefined): boolean =>
  outcome?.type === 'object' || outcome?.type === 'done' || outcome?.type === 'list';
