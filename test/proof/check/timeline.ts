import type { Call, History, WatchRecord } from '../history.ts';
import { covers, type Key } from '../objects.ts';
import { type Fact, type Facts, lastUpTo } from './facts.ts';
import type { Times } from './sweep.ts';

/*
 * What may have been at a revision although nobody saw it happen: a delete whose answer tells no revision, a write whose answer was lost.
 * Where a watch of the whole kind went over those revisions nothing happened that it did not tell, so there nothing is forgiven.
 */

export interface Timeline {
  readonly facts: Facts;
  of(key: Key): readonly Fact[];
  /** What followed the state on its key, as far as anybody saw. */
  after(fact: Fact): Fact | undefined;
  /**
   * The first revision, up to `upTo`, at which an object may have been gone although nobody saw it go. Only calls that began before
   * `before` count as the cause.
   */
  goneFrom(fact: Fact, upTo: number, before: number): number | undefined;
  /** The first revision from `floor` on at which there may have been no such object. */
  firstAbsent(key: Key, floor: number, before: number): number | undefined;
  /** Whether a write of the key may lie between two revisions without anybody having seen it. */
  mayHideWrite(key: Key, after: number, upTo: number): boolean;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export function createTimeline({ calls, watches }: History, facts: Facts, times: Times): Timeline {
  const spans = new Map<string, readonly Span[]>();
  const spansOf = (resource: string): readonly Span[] => {
    let known = spans.get(resource);
    if (!known) {
      known = merged(watches.filter(({ scope }) => scope.resource === resource).flatMap(spanOf));
      spans.set(resource, known);
    }
    return known;
  };
  /** Up to where everything after `revision` was told; `revision` itself when nothing was. */
  const toldUpTo = (key: Key, revision: number): number =>
    spansOf(key.split('/')[0]!).find(({ from, to }) => from <= revision && to >= revision)?.to ?? revision;

  const deletes = new Map<Key, Call[]>();
  const deletesOf = (key: Key): readonly Call[] => {
    let known = deletes.get(key);
    if (!known) {
      known = calls.filter(
        ({ asked, outcome }) =>
          outcome?.type !== 'refused' &&
          ((asked.verb === 'delete' && asked.key === key) ||
            (asked.verb === 'deletecollection' && covers(asked.scope, key))),
      );
      deletes.set(key, known);
    }
    return known;
  };

  const of = (key: Key) => facts.ofKey.get(key) ?? [];
  const after = (fact: Fact): Fact | undefined => {
    const all = of(fact.key);
    return all[lastUpTo(all, fact.revision) + 1];
  };
  /** The last revision at which the call may have had its effect. */
  const latest = ({ completed, outcome }: Call): number =>
    completed === undefined || outcome?.type === 'unknown'
      ? Number.POSITIVE_INFINITY
      : times.ceiling(completed);

  const goneFrom = (fact: Fact, upTo: number, before: number): number | undefined => {
    if (after(fact)?.type === 'delete') return undefined;
    const told = toldUpTo(fact.key, fact.revision);
    const firsts = deletesOf(fact.key).flatMap((call) => {
      if (call.invoked >= before) return [];
      const first = Math.max(told, times.floor(call)) + 1;
      return first <= Math.min(upTo, latest(call)) ? [first] : [];
    });
    return firsts.length === 0 ? undefined : Math.min(...firsts);
  };

  const loose = calls.filter(
    (call) =>
      'content' in call.asked &&
      (call.outcome === undefined || call.outcome.type === 'unknown') &&
      !facts.byOp.has(call.asked.content.op!),
  );

  return {
    facts,
    of,
    after,
    goneFrom,
    firstAbsent(key, floor, before) {
      const all = of(key);
      let at = lastUpTo(all, floor);
      if (at < 0) return floor;
      for (; at < all.length; at++) {
        const fact = all[at]!;
        if (fact.type === 'delete') return Math.max(floor, fact.revision);
        const next = all[at + 1];
        const gone = goneFrom(fact, next ? next.revision - 1 : Number.POSITIVE_INFINITY, before);
        if (gone !== undefined) return Math.max(floor, gone);
      }
      return undefined;
    },
    mayHideWrite(key, from, upTo) {
      if (toldUpTo(key, from) >= upTo) return false;
      return loose.some((call) => 'key' in call.asked && call.asked.key === key && times.floor(call) < upTo);
    },
  };
}

/** The revisions over which a watch of a whole kind has told everything. */
function spanOf({ scope, after, items }: WatchRecord): Span[] {
  if (scope.namespace !== undefined || scope.group !== undefined || scope.name !== undefined) return [];
  const from = after ?? items.find(({ endsInitial }) => endsInitial)?.revision;
  const to = items.at(-1)?.revision;
  return from === undefined || to === undefined || to <= from ? [] : [{ from, to }];
}

function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const { from, to } of spans.toSorted((left, right) => left.from - right.from)) {
    const last = result.at(-1);
    if (last && from <= last.to) result[result.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else result.push({ from, to });
  }
  return result;
}
