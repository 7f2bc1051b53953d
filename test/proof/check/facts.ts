import type { Call, History } from '../history.ts';
import { type Content, contentText, type Key, type Seen } from '../objects.ts';
import type { Violation } from './violation.ts';

/*
 * What is known to have happened, put together from everything that anybody was told: every write has a revision of its own, so two
 * who saw the same revision must have seen the same.
 */

/** One write, as somebody saw it. */
export interface Fact {
  readonly key: Key;
  readonly revision: number;
  readonly type: 'put' | 'delete';
  readonly uid: string;
  /** Of a delete: what was deleted. */
  readonly content: Content;
  /** Id of a record that shows it. */
  readonly shownBy: number;
}

export interface Facts {
  /** In the order of revisions. */
  readonly all: readonly Fact[];
  /** Of each key, in the order of revisions. */
  readonly ofKey: ReadonlyMap<Key, readonly Fact[]>;
  readonly at: ReadonlyMap<number, Fact>;
  /** The write calls by what they wrote. */
  readonly writes: ReadonlyMap<string, Call>;
  /** By what was written, where it is found. */
  readonly byOp: ReadonlyMap<string, readonly Fact[]>;
}

export const opOf = ({ asked }: Call): string | undefined =>
  'content' in asked ? asked.content.op : undefined;

export function gatherFacts({ calls, watches }: History, found: Violation[]): Facts {
  const at = new Map<number, Fact>();

  const add = (type: Fact['type'], { key, revision, uid, content }: Seen, shownBy: number): void => {
    const fact: Fact = { key, revision, type, uid, content, shownBy };
    const known = at.get(revision);
    if (!known) at.set(revision, fact);
    else if (!isSame(known, fact)) {
      found.push({
        guarantee: 'atomic',
        message: `revision ${revision} is ${textOf(known)} in #${known.shownBy} and ${textOf(fact)} in #${shownBy}`,
        records: [known.shownBy, shownBy],
        revisions: [revision],
        keys: [known.key, key],
      });
    }
  };

  for (const { id, asked, outcome } of calls) {
    if (outcome?.type === 'object') add(asked.verb === 'delete' ? 'delete' : 'put', outcome.object, id);
    if (outcome?.type === 'list') for (const item of outcome.items) add('put', item, id);
  }
  for (const { id, scope, items } of watches) {
    for (const { type, object } of items) {
      if (!object) continue;
      if (type !== 'DELETED') add('put', object, id);
      // With a selector it may be an object that left it.
      else if (scope.group === undefined) add('delete', object, id);
    }
  }
  return indexed(
    calls,
    [...at.values()].sort((left, right) => left.revision - right.revision),
  );
}

function indexed(calls: readonly Call[], all: readonly Fact[]): Facts {
  const ofKey = new Map<Key, Fact[]>();
  const byOp = new Map<string, Fact[]>();
  const push = (map: Map<string, Fact[]>, name: string, fact: Fact) => {
    const list = map.get(name);
    if (list) list.push(fact);
    else map.set(name, [fact]);
  };
  for (const fact of all) {
    push(ofKey, fact.key, fact);
    if (fact.type === 'put' && fact.content.op !== undefined) push(byOp, fact.content.op, fact);
  }
  const writes = new Map<string, Call>();
  for (const call of calls) {
    const op = opOf(call);
    if (op !== undefined) writes.set(op, call);
  }
  return { all, ofKey, at: new Map(all.map((fact) => [fact.revision, fact])), writes, byOp };
}

const isSame = (left: Fact, right: Fact): boolean =>
  left.key === right.key &&
  left.type === right.type &&
  left.uid === right.uid &&
  contentText(left.content) === contentText(right.content);

export const textOf = ({ type, key, content }: Fact): string =>
  `${type === 'put' ? 'the state' : 'the deletion'} of ${key} (${content.op ?? 'not ours'})`;

/** Index of the last fact at or before `revision`; -1 when there is none. */
export function lastUpTo(facts: readonly Fact[], revision: number): number {
  let [low, high] = [0, facts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (facts[middle]!.revision <= revision) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
