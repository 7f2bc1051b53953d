import assert from 'node:assert/strict';
import { type Random, seededRandom } from '../../../src/apimachinery/random.ts';
import type { GetResult, Kv, ListResult, Revision, WriteResult } from '../../../src/kv/types.ts';
import type { Rule } from '../suite.ts';
import { bytes, plain, plainEvent, recorder, text } from './kit.ts';

/** Seeds of old bugs stay in this list. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const keyCount = 12;
const rounds = 40;
const callsPerRound = 8;

interface Written {
  readonly key: string;
  readonly revision: Revision;
  readonly createRevision: Revision;
  /** Undefined for a delete. */
  readonly value: string | undefined;
}

/** All writes in the order of their revisions: the whole truth about a store. */
type Model = Written[];

const at = (model: Model, key: string, revision: Revision): Written | undefined =>
  model.findLast((write) => write.key === key && write.revision <= revision);

const itemAt = (model: Model, key: string, revision: Revision) => {
  const write = at(model, key, revision);
  if (write?.value === undefined) return undefined;
  return { key, value: write.value, modRevision: write.revision, createRevision: write.createRevision };
};

const listAt = (model: Model, prefix: string, startKey: string, revision: Revision) =>
  [...new Set(model.map(({ key }) => key))]
    .filter((key) => key.startsWith(prefix) && key >= startKey)
    .sort()
    .flatMap((key) => itemAt(model, key, revision) ?? []);

interface WriteCall {
  readonly key: string;
  /** Undefined for a delete. */
  readonly value: string | undefined;
  readonly expected: Revision;
  result?: WriteResult;
}

interface GetCall {
  readonly key: string;
  readonly answer: GetResult;
}

interface ListCall {
  readonly prefix: string;
  readonly startKey: string;
  readonly limit: number;
  readonly answer: ListResult;
}

interface Round {
  readonly writes: WriteCall[];
  readonly gets: GetCall[];
  readonly lists: ListCall[];
  readonly counts: { readonly revision: Revision; readonly count: number }[];
}

const keyOf = (random: Random) => `/t/${'ab'[random.int(2)]}/${random.int(keyCount / 2)}`;

/** Mostly the right revision, so that histories grow; sometimes an old one or none. */
function expectation(random: Random, model: Model, key: string): Revision {
  if (random.int(6) === 0) return random.int((model.at(-1)?.revision ?? 1) + 2);
  const write = at(model, key, Number.POSITIVE_INFINITY);
  return write?.value === undefined ? 0 : write.revision;
}

async function runCall(kv: Kv, random: Random, model: Model, round: Round, id: string): Promise<void> {
  const key = keyOf(random);
  const revisions = kv.revision() - kv.compactRevision() + 1;
  const old = random.int(2) ? kv.compactRevision() + random.int(revisions) : undefined;
  const choice = random.int(10);
  if (choice < 6) {
    const value = choice < 2 && random.int(2) ? undefined : id;
    const call: WriteCall = { key, value, expected: expectation(random, model, key) };
    round.writes.push(call);
    call.result = await (value === undefined
      ? kv.deleteIf(key, call.expected)
      : kv.putIf(key, bytes(value), call.expected));
  } else if (choice < 8) {
    round.gets.push({ key, answer: await kv.get(key, old) });
  } else if (choice < 9) {
    const prefix = random.int(2) ? '/t/' : '/t/a/';
    const startKey = random.int(2) ? key : prefix;
    const limit = 1 + random.int(keyCount);
    const answer = await kv.list(prefix, {
      startKey,
      limit,
      ...(old === undefined ? {} : { revision: old }),
    });
    round.lists.push({ prefix, startKey, limit, answer });
  } else {
    round.counts.push(await kv.count('/t/'));
  }
}

const byRevision = (left: WriteCall, right: WriteCall) => left.result!.revision - right.result!.revision;

/** Adds the round's writes to the model in the order the store gave them, checking every comparison on the way. */
function addWrites(model: Model, writes: readonly WriteCall[]): void {
  for (const { key, value, expected, result } of writes.filter(({ result }) => result?.ok).sort(byRevision)) {
    const { revision } = result!;
    assert.ok(revision > (model.at(-1)?.revision ?? 1), 'revisions ascend');
    const current = itemAt(model, key, revision);
    assert.equal(current?.modRevision ?? 0, expected, `the write at ${revision} won rightly`);
    model.push({ key, revision, value, createRevision: current?.createRevision ?? revision });
  }
  for (const { key, value, expected, result } of writes) {
    if (!result || result.ok) continue;
    const current = itemAt(model, key, result.revision);
    assert.deepEqual(plain(result.current), current);
    assert.ok(
      current ? current.modRevision !== expected : value === undefined || expected !== 0,
      'lost rightly',
    );
  }
}

function checkReads(model: Model, { gets, lists, counts }: Round): void {
  for (const { key, answer } of gets) assert.deepEqual(plain(answer.kv), itemAt(model, key, answer.revision));
  for (const { revision, count } of counts) assert.equal(count, listAt(model, '/t/', '/t/', revision).length);
  for (const { prefix, startKey, limit, answer } of lists) {
    const all = listAt(model, prefix, startKey, answer.revision);
    assert.deepEqual(answer.items.map(plain), all.slice(0, limit));
    assert.equal(answer.more, all.length > limit);
  }
}

const eventsOf = (model: Model, from: Revision) =>
  model.flatMap(({ key, revision, value, createRevision }, index) => {
    if (revision < from) return [];
    const before = at(model.slice(0, index), key, revision);
    const previous = before && itemAt(model, key, before.revision);
    const type = value === undefined ? 'delete' : 'put';
    return [{ type, key, revision, value: value ?? previous?.value, createRevision, previous }];
  });

async function runHistory(kv: Kv, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const model: Model = [];
  const watches: { readonly from: Revision; readonly sink: ReturnType<typeof recorder> }[] = [];
  for (let step = 0; step < rounds; step++) {
    const round: Round = { writes: [], gets: [], lists: [], counts: [] };
    if (random.int(8) === 0) {
      const sink = recorder();
      const from = kv.compactRevision() + random.int(kv.revision() - kv.compactRevision() + 2);
      kv.watch(from, sink, { previous: true });
      watches.push({ from, sink });
    }
    await Promise.all(
      Array.from({ length: callsPerRound }, (_, i) => runCall(kv, random, model, round, `${step}.${i}`)),
    );
    addWrites(model, round.writes);
    checkReads(model, round);
    if (random.int(10) === 0)
      await kv.compact(kv.compactRevision() + random.int(kv.revision() - kv.compactRevision() + 1));
  }
  for (const { from, sink } of watches) {
    await sink.reached(kv.revision());
    assert.deepEqual(sink.events.map(plainEvent), eventsOf(model, from));
  }
  const { items } = await kv.list('/t/');
  assert.deepEqual(
    items.map(({ key, value }) => [key, text(value)]),
    listAt(model, '/t/', '/t/', kv.revision()).map(({ key, value }) => [key, value]),
  );
}

export const randomRules: readonly Rule[] = seeds.map((seed) => ({
  number: 'K28',
  title: `a random history has the answers of the model (seed ${seed})`,
  check: ({ kv }) => runHistory(kv, seed),
}));
