import { type Call, type FaultRecord, type Outcome, unreadable } from '../history.ts';
import type { Key } from '../objects.ts';
import { lastUpTo } from './facts.ts';
import type { Times } from './sweep.ts';
import type { Timeline } from './timeline.ts';
import type { Guarantee, Violation } from './violation.ts';

/** What the check of one call needs. */
export interface CallCheck {
  readonly timeline: Timeline;
  readonly times: Times;
  readonly faults: readonly FaultRecord[];
  readonly found: Violation[];
  /** By uid, the call whose answer said that the object is deleted. */
  readonly deleted: Map<string, Call>;
}

/** Answers that say "not now", and change nothing. */
const notNow = [429, 503, 504];

/** Checks a call against what happened before, between and after its sending and its answer. */
export function checkCall(call: Call, check: CallCheck): void {
  const { outcome } = call;
  if (!outcome) return;
  if (outcome.type === 'refused') checkRefusal(call, outcome, check);
  else if (outcome.type === 'unknown') checkUnknown(call, outcome.why, check);
  else if (outcome.type === 'list') checkListRevision(call, outcome, check);
  else if (call.asked.verb === 'get' && outcome.type === 'object')
    checkGet(call, outcome.object.revision, check);
  else if (call.asked.verb === 'delete') checkDelete(call, call.asked.key, outcome, check);
  else if (outcome.type === 'object') checkWrite(call, outcome.object.revision, check);
}

/** Adds to what was found. */
export function report(
  { found }: Pick<CallCheck, 'found'>,
  guarantee: Guarantee,
  message: string,
  records: readonly number[],
  revisions: readonly number[] = [],
  keys: readonly Key[] = [],
): void {
  found.push({ guarantee, message, records, revisions, keys });
}

function checkUnknown(call: Call, why: string, check: CallCheck): void {
  if (why.startsWith(unreadable) || why.startsWith('500 '))
    report(check, 'answers', `#${call.id} was answered with ${why}`, [call.id]);
}

/** A write has a later revision than anything that was known when it was asked for. */
function checkWrite(call: Call, revision: number, check: CallCheck): void {
  const floor = check.times.floor(call);
  if (revision <= floor)
    report(
      check,
      'linearizable',
      `#${call.id} wrote at ${revision}, though ${floor} was known before it was asked for`,
      [call.id],
      [revision, floor],
    );
}

function checkGet(call: Call, revision: number, check: CallCheck): void {
  const { timeline, times } = check;
  const { asked, id } = call;
  if (asked.verb !== 'get' || asked.revision === 0) return;
  if (asked.revision === undefined) notDeleted(call, check);
  const floor = asked.revision ?? times.floor(call);
  const fact = timeline.facts.at.get(revision);
  const next = fact && timeline.after(fact);
  if (next && next.revision <= floor)
    report(
      check,
      'linearizable',
      `#${id} read ${asked.key} as of ${revision}, which was over at ${next.revision}; ${floor} was ${asked.revision ? 'asked for' : 'known before'}`,
      [id],
      [revision, next.revision, floor],
      [asked.key],
    );
  notFromTheFuture(call, revision, check);
  if (asked.revision === undefined) times.saw(Math.max(floor, revision));
}

function notFromTheFuture(call: Call, revision: number, check: CallCheck): void {
  const ceiling = check.times.ceiling(call.completed!);
  if (revision > ceiling)
    report(
      check,
      'linearizable',
      `#${call.id} was told of ${revision}, which a write that began later was given`,
      [call.id],
      [revision, ceiling + 1],
    );
}

/** What was said to be deleted before the question is not in the answer. */
function notDeleted(call: Call, check: CallCheck): void {
  const { outcome } = call;
  const objects =
    outcome?.type === 'object' ? [outcome.object] : outcome?.type === 'list' ? outcome.items : [];
  for (const { uid, key, revision } of objects) {
    const deletion = check.deleted.get(uid);
    if (deletion && deletion.completed! < call.invoked)
      report(
        check,
        'linearizable',
        `#${call.id} was shown ${key}, which #${deletion.id} had deleted before`,
        [deletion.id, call.id],
        [revision],
        [key],
      );
  }
}

/** There was a moment, between question and answer, at which there was no such object. */
function checkAbsent(call: Call, key: Key, floor: number, what: string, check: CallCheck): void {
  const { timeline, times } = check;
  const absent = timeline.firstAbsent(key, floor, call.completed!);
  if (absent === undefined || absent > times.ceiling(call.completed!)) {
    const all = timeline.of(key);
    const there = all[lastUpTo(all, floor)];
    report(
      check,
      'linearizable',
      `#${call.id} ${what}, but from ${floor} on ${key} was there`,
      [call.id],
      [floor, ...(there ? [there.revision] : [])],
      [key],
    );
  } else times.saw(absent);
}

function checkDelete(call: Call, key: Key, outcome: Outcome, check: CallCheck): void {
  if (outcome.type === 'object') checkWrite(call, outcome.object.revision, check);
  const uid = outcome.type === 'object' ? outcome.object.uid : outcome.type === 'done' ? outcome.uid : '';
  check.deleted.set(uid, call);
  checkAbsent(call, key, check.times.floor(call), `deleted ${key}`, check);
}

function checkListRevision(
  call: Call,
  { revision, items }: Outcome & { type: 'list' },
  check: CallCheck,
): void {
  const { asked, id } = call;
  const { times } = check;
  const isNewest =
    asked.verb === 'deletecollection' || (asked.verb === 'list' && asked.rule === 'newest' && !asked.from);
  notFromTheFuture(call, revision, check);
  if (isNewest) notDeleted(call, check);
  if (isNewest && revision < times.floor(call))
    report(
      check,
      'linearizable',
      `#${id} listed as of ${revision}, though ${times.floor(call)} was known before`,
      [id],
      [revision, times.floor(call)],
    );
  if (asked.verb === 'list') {
    const wanted = asked.from?.revision ?? asked.revision;
    const isWrong =
      wanted !== undefined &&
      (asked.rule === 'notOlderThan' && !asked.from ? revision < wanted : revision !== wanted);
    if (isWrong)
      report(
        check,
        'snapshot',
        `#${id} asked for ${asked.rule} ${wanted} and was given ${revision}`,
        [id],
        [revision, wanted],
      );
  } else if (asked.verb === 'deletecollection')
    for (const { key } of items)
      checkAbsent(call, key, revision, `deleted ${key} with its collection`, check);
}

function checkRefusal(call: Call, outcome: Outcome & { type: 'refused' }, check: CallCheck): void {
  const { asked } = call;
  const { status, reason, message } = outcome;
  if (notNow.includes(status)) return;
  const expected = expectedRevision(call, check);
  const isConflict =
    (status === 409 && reason === 'Conflict') ||
    (status === 422 && asked.verb === 'patch' && asked.testedOp !== undefined);
  if (status === 410 && asked.verb === 'list') checkGone(call, asked.from?.revision ?? asked.revision, check);
  else if (status === 404 && 'key' in asked && asked.verb !== 'create') {
    const floor =
      asked.verb === 'get' ? (asked.revision ?? check.times.floor(call)) : check.times.floor(call);
    if (floor > 0) checkAbsent(call, asked.key, floor, `found no ${asked.key}`, check);
  } else if (status === 409 && reason === 'AlreadyExists' && asked.verb === 'create')
    checkTaken(call, asked.key, check);
  else if (isConflict && expected !== undefined && 'key' in asked)
    checkConflict(call, asked.key, expected, check);
  else report(check, 'answers', `#${call.id} was refused with ${status} ${reason}: ${message}`, [call.id]);
}

function expectedRevision({ asked }: Call, { timeline }: CallCheck): number | undefined {
  if (asked.verb === 'patch' && asked.testedOp !== undefined)
    return timeline.facts.byOp.get(asked.testedOp)?.[0]?.revision;
  return 'expected' in asked ? asked.expected : undefined;
}

function checkGone(call: Call, revision: number | undefined, check: CallCheck): void {
  if (revision !== undefined && revision <= compactedBefore(check.faults, call.completed!)) return;
  report(
    check,
    'snapshot',
    `#${call.id} was told that ${revision} is gone, which was not compacted`,
    [call.id],
    [revision ?? 0],
  );
}

export const compactedBefore = (faults: readonly FaultRecord[], at: number): number =>
  faults.reduce((most, fault) => (fault.at < at ? Math.max(most, fault.compacted ?? 0) : most), 0);

function checkTaken(call: Call, key: Key, check: CallCheck): void {
  const { timeline, times } = check;
  const [floor, ceiling] = [times.floor(call), times.ceiling(call.completed!)];
  const wasThere = timeline.of(key).some((fact) => {
    if (fact.type !== 'put' || fact.revision > ceiling) return false;
    const next = timeline.after(fact);
    return !next || next.revision > floor;
  });
  if (!wasThere && !timeline.mayHideWrite(key, floor, ceiling))
    report(
      check,
      'linearizable',
      `#${call.id} found ${key} there, but from ${floor} on it was not`,
      [call.id],
      [floor],
      [key],
    );
}

/** There was a moment, between question and answer, at which another state was there than the one that was expected. */
function checkConflict(call: Call, key: Key, expected: number, check: CallCheck): void {
  const { timeline, times } = check;
  const [floor, ceiling] = [times.floor(call), times.ceiling(call.completed!)];
  const fact = timeline.facts.at.get(expected);
  if (!fact || fact.key !== key) return;
  const next = timeline.after(fact);
  if (next && next.revision <= ceiling) return;
  if (timeline.goneFrom(fact, ceiling, call.completed!) !== undefined) return;
  if (timeline.mayHideWrite(key, expected, ceiling)) return;
  report(
    check,
    'compare',
    `#${call.id} was refused, though ${key} was as of ${expected} all the time`,
    [call.id],
    [expected, floor],
    [key],
  );
}
