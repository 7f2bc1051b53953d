import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { type Random, seededRandom } from '../../src/apimachinery/random.ts';
import { ApiError } from '../../src/apimachinery/status.ts';
import { openSqliteKv } from '../../src/kv/sqlite/index.ts';
import type { Kv, Revision } from '../../src/kv/types.ts';
import { type ContinuePosition, decodeContinue } from '../../src/storage/continue-token.ts';
import type { ListPage, ListRequest } from '../../src/storage/list.ts';
import type { RevisionRule } from '../../src/storage/settle.ts';
import type { Watch, WatchItem } from '../../src/storage/watch.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { memoryKv, openStorage, openWatch, podOf, type Storage, select } from './kit.ts';
import { followModel, type Model, type Predicate, toldText } from './model.ts';

/** Seeds of old bugs stay in this list; `SEED=7` runs one alone. */
const seeds = process.env['SEED'] ? [Number(process.env['SEED'])] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const sqliteSeeds = process.env['SEED'] ? seeds : [1, 2];

const prefixes = ['/registry/api/v1/pods/', '/registry/api/v1/podsx/'];
const namespaces = ['a', 'ab'];
const podNames = ['n', 'n1', 'n10', 'n1-0', 'z'];
const limits = { maxWindowEvents: 40, maxWindowBytes: 5_000 };
const watchLimits = { maxQueuedChanges: 25, maxHistoricChanges: 400 };
const watcherCount = 12;

const selectors: readonly (readonly [string, string, Predicate])[] = [
  ['', '', () => true],
  ['', '', () => true],
  ['app=x', '', ({ labels }) => labels['app'] === 'x'],
  ['app in (y)', '', ({ labels }) => labels['app'] === 'y'],
  ['app in (x,y)', '', ({ labels }) => 'xy'.includes(labels['app'] ?? '-')],
  ['app!=x', '', ({ labels }) => labels['app'] !== 'x'],
  ['!app', '', ({ labels }) => labels['app'] === undefined],
  ['', 'status.phase=Running', ({ phase }) => phase === 'Running'],
  ['app', 'status.phase!=Running', ({ phase, labels }) => phase !== 'Running' && 'app' in labels],
  ['', 'metadata.name=n1', ({ name }) => name === 'n1'],
  ['app=x', 'metadata.name=n', ({ name, labels }) => name === 'n' && labels['app'] === 'x'],
];

const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)]!;

/** A prefix of a resource or of one namespace of it, or the one key of a watch by name. */
function somePrefix(random: Random, mayBeKey: boolean): string {
  const resource = pick(random, prefixes);
  const form = random.int(mayBeKey ? 3 : 2);
  if (form === 0) return resource;
  return `${resource}${pick(random, namespaces)}/${form === 1 ? '' : pick(random, podNames)}`;
}

function someItem(random: Random, key: string, v: number) {
  const app = pick(random, ['x', 'y', undefined]);
  const phase = pick(random, ['Running', 'Pending', undefined]);
  return podOf(key, { v, ...(app ? { labels: { app } } : {}), ...(phase ? { phase } : {}) });
}

/** Everything of one run. `storage` is replaced by a restart. */
interface World {
  readonly random: Random;
  readonly kv: Kv;
  readonly model: Model;
  readonly counters: { v: number; expired: number; resumed: number; continued: number };
  storage: Storage;
}

const isExpired = (error: unknown): error is ApiError => error instanceof ApiError && error.code === 410;

/** Some writes at once, some of them of the same key, some through a lease that ends at once. */
async function write({ random, storage, counters, kv }: World): Promise<void> {
  const one = async () => {
    const key = `${pick(random, prefixes)}${pick(random, namespaces)}/${pick(random, podNames)}`;
    const v = ++counters.v;
    const action = random.int(20);
    if (action === 0) {
      const lease = await kv.grantLease(1_000);
      await storage.store.update(key, () => ({ action: 'put', object: someItem(random, key, v) }), lease);
      if (random.int(2)) await kv.revokeLease(lease);
      return;
    }
    const updated = await storage.store.update(key, (current) => {
      if (action < 6) return current ? { action: 'delete' } : { action: 'keep' };
      if (action < 8) return { action: 'keep' };
      return { action: 'put', object: someItem(random, key, v) };
    });
    if (!updated) return;
    const { entry } = updated;
    assert.equal(entry.decode().metadata.resourceVersion, String(entry.modRevision), 'S11');
    assert.ok(storage.cache.revision >= entry.modRevision, 'S2');
  };
  await Promise.all(Array.from({ length: 1 + random.int(6) }, one));
}

/** One reader that watches for the whole run, through ended watches and lost history. */
class Reader {
  readonly #world: World;
  readonly #prefix: string;
  readonly #selector: (typeof selectors)[number];
  #watch: Watch | undefined;
  /** What has been told since the watch began or was begun anew, and the revision at which it did. */
  #began: Revision = 0;
  #initial = false;
  #told: string[] = [];
  #seen: Revision = 0;
  #bookmarks: { readonly at: number; readonly revision: Revision; readonly initial: boolean }[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#prefix = somePrefix(world.random, true);
    this.#selector = pick(world.random, selectors);
  }

  async open(after: Revision | undefined): Promise<void> {
    const { storage } = this.#world;
    const [labels, fields] = this.#selector;
    const request = { prefix: this.#prefix, selection: select(labels, fields), after, markInitialEnd: true };
    this.#watch = await openWatch(storage, request, watchLimits);
  }

  /** From now, from the present state, from some revision of the past, or from one to come. */
  async begin(): Promise<void> {
    const { random, model, counters, storage, kv } = this.#world;
    const { revision } = storage.cache;
    const after = pick(random, [undefined, revision, revision + random.int(10), 1 + random.int(revision)]);
    this.#initial = after === undefined;
    this.#began = after ?? revision;
    this.#seen = this.#began;
    this.#told = [];
    this.#bookmarks = [];
    try {
      await this.open(after);
    } catch (error) {
      assert.ok(isExpired(error), String(error));
      const isTooFar = storage.cache.windowFloor - after! > watchLimits.maxHistoricChanges;
      assert.ok(isTooFar || after! + 1 < kv.compactRevision(), 'S20: refused without need');
      counters.expired++;
    }
    assert.ok(model.latest >= revision);
  }

  /** Some of what is pending; a watch that has ended is taken up where it stopped. */
  async step(): Promise<void> {
    const { random, storage, counters } = this.#world;
    if (!this.#watch) return this.begin();
    if (random.int(8) === 0) this.#watch.bookmark(storage.cache.revision);
    for (let turns = random.int(3); turns > 0; turns--)
      for (const item of this.#watch.take(1 + random.int(12))) this.#take(item);
    if (!this.#watch.ended || this.#watch.pending) return;
    counters.resumed++;
    await this.#resume();
  }

  async #resume(): Promise<void> {
    try {
      await this.open(this.#seen);
    } catch (error) {
      assert.ok(isExpired(error), String(error));
      this.#watch = undefined;
      this.#check(this.#seen);
    }
  }

  /** Everything, up to the newest. */
  async finish(): Promise<void> {
    while (this.#watch) {
      for (const item of this.#watch.take(100)) this.#take(item);
      if (this.#watch.pending) continue;
      if (!this.#watch.ended) return this.#check(this.#world.storage.cache.revision);
      await this.#resume();
    }
  }

  stop(): void {
    this.#watch?.stop();
  }

  #take(item: WatchItem): void {
    if (item.type === 'BOOKMARK') {
      this.#bookmarks.push({
        at: this.#told.length,
        revision: item.revision,
        initial: item.initialEventsEnd,
      });
      this.#seen = item.revision;
      return;
    }
    const { metadata, spec } = item.entry.decode();
    const revision = Number(metadata.resourceVersion);
    const { v } = spec as { v: number };
    this.#told.push(toldText(item.type, item.entry.key, revision, v));
    if (item.event || item.type === 'DELETED') this.#seen = revision;
  }

  #check(upTo: Revision): void {
    const { model } = this.#world;
    const wanted = this.#selector[2];
    const initial = (this.#initial ? model.listed(this.#began, this.#prefix, wanted) : []).map((item) => ({
      revision: item.revision,
      text: toldText('ADDED', item.key, item.revision, item.v),
    }));
    const expected = [...initial, ...model.told(this.#began, upTo, this.#prefix, wanted)];
    const what = `S18: ${this.#selector.slice(0, 2)} below ${this.#prefix} from ${this.#began} to ${upTo}`;
    assert.deepEqual(
      this.#told,
      expected.map(({ text }) => text),
      what,
    );
    for (const { at, revision, initial: ends } of this.#bookmarks) {
      const before = expected.filter((told) => told.revision <= revision).length;
      assert.equal(at, ends ? initial.length : before, `S22: ${what}`);
      if (ends) assert.equal(revision, this.#began, `S19: ${what}`);
    }
  }
}

/** A list that goes on page by page while other things happen. */
class Lister {
  readonly #world: World;
  readonly #prefix: string;
  readonly #selector: (typeof selectors)[number];
  #from: ContinuePosition | undefined;
  #state: Revision | undefined;
  /** Where what is collected begins. */
  #startKey = '';
  #collected: string[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#prefix = somePrefix(world.random, false);
    this.#selector = pick(world.random, selectors);
  }

  /** True when the list is complete. */
  async step(): Promise<boolean> {
    const { random, storage, kv, counters } = this.#world;
    const [labels, fields] = this.#selector;
    const revision = 1 + random.int(storage.cache.revision);
    const rule: RevisionRule = this.#from
      ? { kind: 'newest' }
      : pick(random, [
          { kind: 'newest' },
          { kind: 'any' },
          { kind: 'notOlderThan', revision },
          { kind: 'exact', revision },
        ]);
    const request: ListRequest = {
      prefix: this.#prefix,
      selection: select(labels, fields),
      rule,
      limit: pick(random, [undefined, 1, 2, 3]),
      from: this.#from,
    };
    const before = storage.cache.revision;
    try {
      return this.#page(await storage.list(request), request, before);
    } catch (error) {
      if (!isExpired(error)) throw error;
      const asked = this.#from ? this.#state! : revision;
      assert.ok(asked < kv.compactRevision(), `S16: ${asked} was refused without need`);
      counters.expired++;
      const token = error.status.metadata.continue;
      assert.equal(token !== undefined, this.#from !== undefined, 'S16');
      if (!token) return true;
      // It goes on in the newest state, so that only what comes is of one state.
      const { start } = decodeContinue(token);
      assert.equal(start, this.#from!.start);
      this.#from = decodeContinue(token);
      this.#state = undefined;
      this.#startKey = this.#prefix + start;
      this.#collected = [];
      return false;
    }
  }

  #page(page: ListPage, { rule, limit }: ListRequest, before: Revision): boolean {
    const { model, counters } = this.#world;
    if (this.#state !== undefined)
      assert.equal(page.revision, this.#state, 'S13: the pages are of one state');
    else if (rule.kind === 'exact') assert.equal(page.revision, rule.revision, 'S15');
    else assert.ok(page.revision >= before, 'S15');
    this.#state = page.revision;
    this.#collected.push(...page.entries.map((entry) => `${entry.key}@${entry.modRevision}`));
    const expected = model
      .listed(page.revision, this.#prefix, this.#selector[2])
      .filter(({ key }) => key >= this.#startKey)
      .map(({ key, revision }) => `${key}@${revision}`);
    assert.ok(limit === undefined || page.entries.length <= limit, 'S13');
    assert.deepEqual(this.#collected, expected.slice(0, this.#collected.length), 'S13');
    if (page.remaining !== undefined) {
      assert.equal(page.remaining, expected.length - this.#collected.length, 'S14');
    }
    if (page.continueToken !== undefined) {
      counters.continued++;
      this.#from = decodeContinue(page.continueToken);
      return false;
    }
    assert.deepEqual(this.#collected, expected, 'S13');
    return true;
  }
}

/** Old snapshots that somebody holds on to must stay what they are. */
function checkSnapshot({ random, storage, model, kv }: World): void {
  const { cache } = storage;
  const revision = 1 + random.int(cache.revision);
  const snapshot = cache.snapshotAt(revision);
  const isKept = revision === cache.revision || revision >= Math.max(cache.windowFloor, kv.compactRevision());
  assert.equal(snapshot !== undefined, isKept, 'S4');
  if (!snapshot) return;
  const found: string[] = [];
  snapshot.objects.forEachFrom('', (key, entry) => found.push(`${key}@${entry.modRevision}`) > 0);
  const expected = model
    .listed(revision, '/registry/', () => true)
    .map(({ key, revision: at }) => `${key}@${at}`);
  assert.deepEqual(found, expected, `S4: the state at ${revision}`);
}

async function restart(world: World): Promise<void> {
  world.storage.cache.stop();
  world.storage = await openStorage(world.kv, limits);
}

async function compact({ random, kv, storage }: World): Promise<void> {
  const [floor, newest] = [kv.compactRevision(), storage.cache.revision];
  await kv.compact(floor + random.int(newest - floor + 1));
}

async function run(kv: Kv, seed: number, steps: number): Promise<World['counters']> {
  const random = seededRandom(seed);
  const model = followModel(kv);
  const counters = { v: 0, expired: 0, resumed: 0, continued: 0 };
  const world: World = { random, kv, model, counters, storage: await openStorage(kv, limits) };
  for (let i = 0; i < 5; i++) await write(world);
  const readers = Array.from({ length: watcherCount }, () => new Reader(world));
  let lists = Array.from({ length: 4 }, () => new Lister(world));
  for (let step = 0; step < steps; step++) {
    const writing = write(world);
    if (random.int(2)) await writing;
    // Some hurry, some dawdle.
    for (const [i, reader] of readers.entries()) if (random.int(1 + i) === 0) await reader.step();
    for (const list of lists)
      if (random.int(3) === 0 && (await list.step()))
        lists = lists.map((old) => (old === list ? new Lister(world) : old));
    checkSnapshot(world);
    await writing;
    if (random.int(25) === 0) await compact(world);
    if (random.int(60) === 0) await restart(world);
  }
  for (const reader of readers) await reader.finish();
  for (const reader of readers) reader.stop();
  assert.equal(world.storage.cache.subscriberCount(), 0, 'nothing is left behind');
  assert.deepEqual(world.storage.failures, []);
  world.storage.cache.stop();
  model.stop();
  return counters;
}

describe('random histories agree with the model (S1-S20, S22-S26)', () => {
  for (const seed of seeds) {
    test(`memory, seed ${seed}`, async () => {
      const counters = await run(memoryKv(), seed, 250);
      // The run must have gone through what it is for.
      assert.ok(counters.expired > 0 && counters.resumed > 0 && counters.continued > 0, String(counters));
    });
  }
  for (const seed of sqliteSeeds) {
    test(`sqlite, seed ${seed}`, async () => {
      await using directory = await temporaryDirectory();
      const kv = await openSqliteKv({ path: join(directory.path, 'store.db'), clock: virtualClock() });
      try {
        await run(kv, seed, 80);
      } finally {
        await kv.close();
      }
    });
  }
});
