import type { History } from '../history.ts';
import { covers, type Key, type Scope, type Seen, selects } from '../objects.ts';
import { type CallCheck, report } from './calls.ts';
import { lastUpTo } from './facts.ts';

/** What was listed, and of which part of the keys it is everything. */
export interface Listed {
  readonly id: number;
  readonly scope: Scope;
  readonly revision: number;
  readonly items: readonly Seen[];
  /** Keys up to and including this one were on an earlier page. */
  readonly after: Key | undefined;
  /** The last key that was looked at; undefined when it was the last of all. */
  readonly upTo: Key | undefined;
}

/** Every list is exactly the state of its revision. */
export function checkLists({ calls }: History, check: CallCheck): void {
  for (const { id, asked, outcome } of calls) {
    if (outcome?.type !== 'list') continue;
    if (asked.verb !== 'list' && asked.verb !== 'deletecollection') continue;
    const { revision, items, token } = outcome;
    const last = items.at(-1)?.key;
    // A page on which nothing was selected does not tell how far it went.
    if (token !== undefined && last === undefined) continue;
    const after = asked.verb === 'list' ? asked.from?.after : undefined;
    checkListed(
      { id, scope: asked.scope, revision, items, after, upTo: token === undefined ? undefined : last },
      check,
    );
    if (asked.verb === 'list' && asked.limit !== undefined && items.length > asked.limit)
      report(check, 'snapshot', `#${id} asked for ${asked.limit} and was given ${items.length}`, [id]);
  }
}

export function checkListed({ id, scope, revision, items, after, upTo }: Listed, check: CallCheck): void {
  const { timeline } = check;
  const complain = (message: string, key: Key, ...revisions: number[]) =>
    report(
      check,
      'snapshot',
      `#${id}, a list as of ${revision}, ${message}`,
      [id],
      [revision, ...revisions],
      [key],
    );
  const listed = new Set<Key>();
  let before = after ?? '';
  for (const item of items) {
    const { key } = item;
    listed.add(key);
    if (key <= before) complain(`has ${key} after ${before}`, key);
    before = key;
    if (!covers(scope, key) || !selects(scope, item.content))
      complain(`has ${key}, which was not asked for`, key);
    const fact = timeline.facts.at.get(item.revision);
    const next = fact && timeline.after(fact);
    if (item.revision > revision) complain(`has ${key} as of later, ${item.revision}`, key, item.revision);
    if (next && next.revision <= revision)
      complain(
        `has ${key} as of ${item.revision}, which was over at ${next.revision}`,
        key,
        item.revision,
        next.revision,
      );
  }
  for (const [key, facts] of timeline.facts.ofKey) {
    if (listed.has(key) || !covers(scope, key)) continue;
    if ((after !== undefined && key <= after) || (upTo !== undefined && key > upTo)) continue;
    const fact = facts[lastUpTo(facts, revision)];
    if (fact?.type !== 'put' || !selects(scope, fact.content)) continue;
    const next = timeline.after(fact);
    const end = Math.min(revision, next ? next.revision - 1 : revision);
    if (
      timeline.goneFrom(fact, end, Infinity) === undefined &&
      !timeline.mayHideWrite(key, fact.revision, end)
    )
      complain(`lacks ${key}, which was there since ${fact.revision}`, key, fact.revision);
  }
}
