import type { Call, History } from '../history.ts';
import { type Content, contentText } from '../objects.ts';
import { type CallCheck, report } from './calls.ts';
import { type Fact, textOf } from './facts.ts';

/** Each write happened once at most, those that were refused never, and none before it was asked for. */
export function checkHappenings({ calls }: History, check: CallCheck): void {
  const { timeline, times } = check;
  for (const call of calls) {
    const op = 'content' in call.asked ? call.asked.content.op : undefined;
    if (op === undefined) continue;
    const facts = timeline.facts.byOp.get(op) ?? [];
    const [first, second] = facts;
    if (second)
      report(
        check,
        'at most once',
        `#${call.id} was done at ${facts.map(({ revision }) => revision).join(' and at ')}`,
        [call.id, first!.shownBy, second.shownBy],
        facts.map(({ revision }) => revision),
        [first!.key],
      );
    if (first && call.outcome?.type === 'refused')
      report(
        check,
        'at most once',
        `#${call.id} was refused with ${call.outcome.status}, and done at ${first.revision}`,
        [call.id, first.shownBy],
        [first.revision],
        [first.key],
      );
    if (first && first.revision <= times.floor(call))
      report(
        check,
        'linearizable',
        `#${call.id} was done at ${first.revision}, though ${times.floor(call)} was known before it was asked for`,
        [call.id, first.shownBy],
        [first.revision, times.floor(call)],
        [first.key],
      );
  }
}

/** Every state of every key follows from the one before and from what was asked. */
export function checkChains(check: CallCheck): void {
  const { ofKey, writes } = check.timeline.facts;
  const uids = new Map<string, string>();
  for (const [key, facts] of ofKey) {
    for (const [at, fact] of facts.entries()) {
      const previous = facts[at - 1];
      const call =
        fact.type === 'put' && fact.content.op !== undefined ? writes.get(fact.content.op) : undefined;
      if (uids.has(fact.uid) && uids.get(fact.uid) !== key)
        report(
          check,
          'atomic',
          `${fact.uid} is ${key} and ${uids.get(fact.uid)}`,
          [fact.shownBy],
          [fact.revision],
          [key],
        );
      uids.set(fact.uid, key);
      if (fact.type === 'delete') checkDeletion(fact, previous, check);
      else if (call) checkState(fact, previous, call, check);
    }
  }
}

function checkDeletion(fact: Fact, previous: Fact | undefined, check: CallCheck): void {
  if (!previous || isHidden(previous, fact, check)) return;
  const isRight =
    previous.type === 'put' &&
    previous.uid === fact.uid &&
    contentText(previous.content) === contentText(fact.content);
  if (!isRight) wrong(check, fact, previous, 'does not delete what was there');
}

function checkState(fact: Fact, previous: Fact | undefined, call: Call, check: CallCheck): void {
  const what = wrongState(fact, previous, call, check);
  if (what !== undefined) wrong(check, fact, previous, what, call);
}

/** How a state does not follow from the one before it; undefined when it does, as far as anybody can tell. */
function wrongState(
  fact: Fact,
  previous: Fact | undefined,
  { id, asked }: Call,
  check: CallCheck,
): string | undefined {
  if (asked.verb !== 'create' && asked.verb !== 'update' && asked.verb !== 'patch') return undefined;
  if (asked.verb !== 'patch' && contentText(asked.content) !== contentText(fact.content))
    return `is not what #${id} wrote`;
  if (!previous) return undefined;
  if (asked.verb === 'create') {
    const isFree =
      previous.type === 'delete' ||
      check.timeline.goneFrom(previous, fact.revision - 1, Infinity) !== undefined;
    return !isFree || previous.uid === fact.uid ? 'was created over an object' : undefined;
  }
  if (asked.expected !== undefined && previous.revision > asked.expected)
    return `was written although ${asked.expected} was expected`;
  if (isHidden(previous, fact, check)) return undefined;
  if (previous.type === 'delete' || previous.uid !== fact.uid) return 'changed an object that was deleted';
  if (asked.verb !== 'patch') return undefined;
  if (asked.testedOp !== undefined && previous.content.op !== asked.testedOp)
    return `was patched although ${asked.testedOp} was tested for`;
  const isJson = asked.testedOp !== undefined;
  return contentText(patched(previous.content, asked.content, isJson)) === contentText(fact.content)
    ? undefined
    : `is not the state before with the patch of #${id}`;
}

const patched = (content: Content, patch: Content, isJson: boolean): Content => ({
  op: patch.op,
  annotations: { ...content.annotations, ...patch.annotations },
  group: isJson ? content.group : (patch.group ?? content.group),
});

/** Whether something that nobody saw may lie in between. */
const isHidden = (previous: Fact, fact: Fact, { timeline }: CallCheck): boolean =>
  timeline.mayHideWrite(fact.key, previous.revision, fact.revision - 1) ||
  (previous.type === 'put' && timeline.goneFrom(previous, fact.revision - 1, Infinity) !== undefined);

function wrong(check: CallCheck, fact: Fact, previous: Fact | undefined, what: string, call?: Call): void {
  const before = previous ? `; before, at ${previous.revision}, was ${textOf(previous)}` : '';
  report(
    check,
    'compare',
    `${textOf(fact)} at ${fact.revision} ${what}${before}`,
    [fact.shownBy, ...(previous ? [previous.shownBy] : []), ...(call ? [call.id] : [])],
    [fact.revision, ...(previous ? [previous.revision] : [])],
    [fact.key],
  );
}
