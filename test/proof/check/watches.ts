import { type History, unreadable, type WatchItem, type WatchRecord } from '../history.ts';
import { contentText, covers, type Key, selects } from '../objects.ts';
import { type CallCheck, compactedBefore, report } from './calls.ts';
import { type Fact, lastUpTo } from './facts.ts';
import { checkListed } from './lists.ts';

/** Every watch tells what happened to its selection from where it began up to its last word, and nothing else. */
export function checkWatches({ watches }: History, check: CallCheck): void {
  for (const watch of watches) {
    checkEnd(watch, check);
    const begin = watch.items.findIndex(({ endsInitial }) => endsInitial);
    if (watch.after === undefined) {
      if (begin < 0) continue;
      checkInitial(watch, watch.items.slice(0, begin), watch.items[begin]!.revision, check);
    }
    const from = watch.after ?? watch.items[begin]!.revision;
    const items = watch.items.slice(watch.after === undefined ? begin + 1 : 0);
    checkOrder(watch, from, items, check);
    checkTold(watch, from, items, check);
  }
}

function checkEnd(watch: WatchRecord, check: CallCheck): void {
  const { id, after, items, ended } = watch;
  if (!ended) return;
  const { at, why, code } = ended;
  if (why.startsWith(unreadable) || (code !== undefined && ![410, 429, 503, 504].includes(code)))
    report(check, 'answers', `watch #${id} ended with ${code ?? ''} ${why}`, [id]);
  if (code !== 410) return;
  const reached = items.at(-1)?.revision ?? after ?? 0;
  if (reached > compactedBefore(check.faults, at))
    report(
      check,
      'resumable',
      `watch #${id} was told that ${reached} is gone, which was not compacted: ${why}`,
      [id],
      [reached],
    );
}

function checkInitial(
  watch: WatchRecord,
  items: readonly WatchItem[],
  revision: number,
  check: CallCheck,
): void {
  const { id, scope } = watch;
  if (revision < check.times.floor(watch))
    report(
      check,
      'linearizable',
      `watch #${id} began with the state of ${revision}, though ${check.times.floor(watch)} was known before`,
      [id],
      [revision],
    );
  const objects = items.flatMap(({ type, object }) => (type === 'ADDED' && object ? [object] : []));
  if (objects.length < items.length)
    report(check, 'ordered', `watch #${id} began with something else than ADDED`, [id]);
  checkListed({ id, scope, revision, items: objects, after: undefined, upTo: undefined }, check);
}

function checkOrder({ id }: WatchRecord, from: number, items: readonly WatchItem[], check: CallCheck): void {
  let last = from;
  let lastType = 'BOOKMARK';
  for (const { type, revision, object } of items) {
    const isBookmark = type === 'BOOKMARK';
    const guarantee =
      revision < last ? (lastType === 'BOOKMARK' && !isBookmark ? 'bookmarkable' : 'ordered') : 'unique';
    if (revision < last || (revision === last && !isBookmark))
      report(
        check,
        guarantee,
        `watch #${id} told ${type} ${object?.key ?? ''} at ${revision} after ${lastType} at ${last}`,
        [id],
        [revision, last],
        object ? [object.key] : [],
      );
    last = Math.max(last, revision);
    lastType = type;
  }
}

/** What a watch of the scope must say of a change; undefined where nobody knows what was there before. */
function expectedOf(
  scope: WatchRecord['scope'],
  fact: Fact,
  check: CallCheck,
): { readonly types: readonly string[]; readonly previous: Fact | undefined } {
  const { timeline } = check;
  const all = timeline.of(fact.key);
  const previous = all[lastUpTo(all, fact.revision) - 1];
  const isNow = fact.type === 'put' && selects(scope, fact.content);
  const call = fact.content.op === undefined ? undefined : timeline.facts.writes.get(fact.content.op);
  const isNew = fact.type === 'put' && call?.asked.verb === 'create';
  const isKnown = isNew || (previous !== undefined && previous.uid === fact.uid);
  if (!isKnown || (previous && timeline.mayHideWrite(fact.key, previous.revision, fact.revision - 1)))
    return { types: isNow ? ['ADDED', 'MODIFIED'] : ['DELETED', ''], previous: undefined };
  const wasBefore = !isNew && previous?.type === 'put' && selects(scope, previous.content);
  if (isNow) return { types: [wasBefore ? 'MODIFIED' : 'ADDED'], previous };
  return { types: [wasBefore ? 'DELETED' : ''], previous };
}

function checkTold(watch: WatchRecord, from: number, items: readonly WatchItem[], check: CallCheck): void {
  const { id, scope, opened } = watch;
  const { all } = check.timeline.facts;
  const told = new Map(items.filter(({ object }) => object).map((item) => [item.revision, item]));
  const last = items.reduce((most, { revision }) => Math.max(most, revision), from);
  const firstTold = items[0]?.revision ?? Number.POSITIVE_INFINITY;
  for (let at = lastUpTo(all, from) + 1; at < all.length && all[at]!.revision <= last; at++) {
    const fact = all[at]!;
    const { key, revision } = fact;
    if (!covers(scope, key)) continue;
    const item = told.get(revision);
    told.delete(revision);
    const { types, previous } = expectedOf(scope, fact, check);
    if (types.includes(item?.type ?? '')) {
      if (item?.type === 'DELETED' && previous) checkLast(watch, item, previous, check);
      continue;
    }
    const wanted = types.map((type) => type || 'nothing').join(' or ');
    report(
      check,
      item === undefined && revision < firstTold && opened > 1 ? 'resumable' : 'reliable',
      `watch #${id} told ${item?.type ?? 'nothing'} of ${key} at ${revision}, where ${wanted} is right, and went on to ${last}`,
      [id, fact.shownBy],
      [revision, last],
      [key],
    );
  }
  for (const { type, revision, object } of told.values())
    if (revision > from) checkUnheardOf(watch, type, revision, object!.key, check);
}

/** An object that goes is shown as it last was. */
function checkLast(
  { id }: WatchRecord,
  { revision, object }: WatchItem,
  previous: Fact,
  check: CallCheck,
): void {
  if (contentText(object!.content) !== contentText(previous.content))
    report(
      check,
      'reliable',
      `watch #${id} told the end of ${object!.key} at ${revision} with another state`,
      [id],
      [revision, previous.revision],
      [object!.key],
    );
}

/** Only an object that leaves a selection shows nobody else what happened. */
function checkUnheardOf(
  { id, scope }: WatchRecord,
  type: string,
  revision: number,
  key: Key,
  check: CallCheck,
): void {
  if (
    type === 'DELETED' &&
    scope.group !== undefined &&
    check.timeline.mayHideWrite(key, revision - 1, revision)
  )
    return;
  report(
    check,
    'reliable',
    `watch #${id} told ${type} of ${key} at ${revision}, where nothing was written`,
    [id],
    [revision],
    [key],
  );
}
