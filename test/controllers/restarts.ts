import assert from 'node:assert/strict';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { fetchTransport } from '../../src/client/fetch-transport.ts';
import type { ClientTransport } from '../../src/client/transport.ts';
import { type ControllerHost, startControllers } from '../../src/controllers/index.ts';
import { timeOf } from '../../src/testing/time.ts';
import { type Stage, stage } from './kit.ts';

const nobody = () => Promise.reject(new Error('not part of this test'));

/** Events tell, leases only say who lives, reviews ask: none of them changes anything. */
const isWrite = ({ method, target }: { readonly method: string; readonly target: string }): boolean =>
  method !== 'GET' && !/\/(events|leases|subjectaccessreviews)(\/|$)/.test(target);

/** Controllers in a process beside the server. They die after so many writes, of which the last is done and never answered. */
export function manager(
  { cluster, clock }: Stage,
  controllers: readonly string[],
  writes = Number.POSITIVE_INFINITY,
  more: Partial<ControllerHost> = {},
) {
  const transport = fetchTransport(cluster.fetch);
  let left = writes;
  let done = 0;
  const dying: ClientTransport = {
    async ask(request) {
      if (left <= 0) throw new Error('this process is dead');
      const answer = await transport.ask(request);
      if (isWrite(request) && answer.status < 300) {
        done++;
        if (--left <= 0) throw new Error('this process is dead');
      }
      return answer;
    },
    stream: transport.stream,
  };
  const running = startControllers(controllers, {
    clock,
    random: seededRandom(2),
    log: silentLog,
    transportOf: () => dying,
    ...{ authority: nobody, signToken: nobody, rootCa: undefined },
    ...more,
  });
  const { settled } = timeOf(clock, running);
  const { stop, nextWorkAt } = running;
  return { settled, stop, nextWorkAt, isDead: () => left <= 0, writes: () => done };
}

type Manager = ReturnType<typeof manager>;

/**
 * Lets controllers work while `scenario` goes on, has them die after `writes` writes, and begins them anew for `ending`. Resolves
 * with whether they died: false when there were no more writes.
 */
export async function diesAfter(
  stage: Stage,
  controllers: readonly string[],
  writes: number,
  scenario: (settled: () => Promise<void>) => Promise<void>,
  ending: (settled: () => Promise<void>) => Promise<void>,
): Promise<boolean> {
  const first = manager(stage, controllers, writes);
  await first.settled();
  await scenario(first.settled);
  await first.stop();
  const second = manager(stage, controllers);
  await second.settled();
  await ending(second.settled);
  await second.stop();
  return first.isDead();
}

/** A stage whose controllers live beside the server: whoever changes something on it waits until they have done their work. */
export interface Play extends Stage {
  settled(): Promise<void>;
  /** Lets this much time pass, everything happening at its time. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until nothing is left to do, or so much of it. */
  idle(withinMs?: number): Promise<void>;
  /** Stops the controllers for good. */
  leave(): Promise<void>;
  /** How often a manager died. */
  deaths(): number;
  /** Writes of all managers, those without an answer too. */
  writes(): number;
}

/** How the managers of a play live. */
export interface Lives {
  /** After how many writes the next one dies, and another begins at once. */
  readonly writes?: () => number;
  /** Another that leads at the same time. */
  readonly twice?: boolean;
}

/** Has controllers work on the stage; each that dies is followed by another. */
export async function play(
  on: Stage,
  controllers: readonly string[],
  { writes = () => Number.POSITIVE_INFINITY, twice = false }: Lives = {},
  more: Partial<ControllerHost> = {},
): Promise<Play> {
  const { cluster, clock } = on;
  let deaths = 0;
  let before = 0;
  const begin = (seed: number, limit: number) =>
    manager(on, controllers, limit, { random: seededRandom(seed), ...more });
  let managers: Manager[] = [begin(1, writes())];
  if (twice) managers.push(begin(1_000, Number.POSITIVE_INFINITY));
  const settleOnce = async () => {
    for (const { settled } of managers) await settled();
    await cluster.settled();
  };
  const settled = async () => {
    for (let rounds = 0; ; rounds++) {
      // Those of one may be news to another.
      for (let round = 0; round <= managers.length; round++) await settleOnce();
      const dead = managers.filter(({ isDead }) => isDead());
      if (dead.length === 0) return;
      assert.ok(rounds < 100, 'managers come to no end');
      for (const one of dead) {
        await one.stop();
        before += one.writes();
        deaths++;
      }
      managers = managers.map((one) => (dead.includes(one) ? begin(1 + deaths, writes()) : one));
    }
  };
  const nextWorkAt = () => Math.min(...managers.map((one) => one.nextWorkAt() ?? Number.POSITIVE_INFINITY));
  const passUntil = async (endMs: number, toTheEnd: boolean) => {
    await settled();
    for (let next = nextWorkAt(); next <= endMs; next = nextWorkAt()) {
      clock.advance(Math.max(next - clock.now(), 0));
      await settled();
    }
    if (!toTheEnd) return;
    clock.advance(Math.max(endMs - clock.now(), 0));
    await settled();
  };
  const then = <A extends unknown[], T>(act: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      const result = await act(...args);
      await settled();
      return result;
    };
  };
  await settled();
  return {
    ...on,
    create: then(on.create),
    merge: then(on.merge),
    delete: then(on.delete),
    settled,
    pass: (ms) => passUntil(clock.now() + ms, true),
    idle: (withinMs = 600_000) => passUntil(clock.now() + withinMs, false),
    async leave() {
      for (const one of managers) {
        await one.stop();
        before += one.writes();
      }
      managers = [];
    },
    deaths: () => deaths,
    writes: () => before + managers.reduce((sum, one) => sum + one.writes(), 0),
    [Symbol.asyncDispose]: async () => {},
  };
}

interface Life extends Lives {
  readonly name: string;
  readonly mustDie?: boolean;
  readonly mayBeLeftOut?: boolean;
}

/** How managers live in a row of plays: undisturbed first, then dying often and less often, then two at once. */
function lives(): readonly Life[] {
  const random = seededRandom(5);
  return [
    { name: 'one that lives' },
    { name: 'dying after every write', writes: () => 1, mustDie: true },
    { name: 'dying now and then', writes: () => 1 + random.int(5), mayBeLeftOut: true },
    { name: 'two at once', twice: true },
    {
      name: 'two at once, of which one dies',
      twice: true,
      writes: () => 1 + random.int(3),
      mayBeLeftOut: true,
    },
  ];
}

export interface HowToPlay {
  /** Never two at once. */
  readonly alone?: boolean;
  /** Fewer plays, for controllers that are long in beginning. */
  readonly few?: boolean;
  readonly host?: Partial<ControllerHost>;
  /** Controllers of the server itself, which live. */
  readonly beside?: readonly string[];
}

/** Plays a scenario with managers that die and that lead together; each must end in what the undisturbed one ends in. */
export async function endsTheSame(
  controllers: readonly string[],
  scenario: (on: Play) => Promise<unknown>,
  { alone = false, few = false, host: more = {}, beside = [] }: HowToPlay = {},
): Promise<void> {
  let expected: unknown;
  for (const life of lives().filter((one) => !(alone && one.twice) && !(few && one.mayBeLeftOut))) {
    await using empty = await stage(beside);
    const played = await play(empty, controllers, life, more);
    try {
      const end = await scenario(played).catch((error: unknown) => {
        throw new Error(life.name, { cause: error });
      });
      expected ??= end;
      assert.deepEqual(end, expected, life.name);
      if (life.mustDie) assert.ok(played.deaths() > 0, `${life.name}: nobody died`);
    } finally {
      await played.leave();
    }
  }
}
