import type { History } from '../history.ts';
import { checkCall } from './calls.ts';
import { gatherFacts } from './facts.ts';
import { checkLists } from './lists.ts';
import { sweep, type Times } from './sweep.ts';
import { createTimeline, type Timeline } from './timeline.ts';
import type { Violation } from './violation.ts';
import { checkWatches } from './watches.ts';
import { checkChains, checkHappenings } from './writes.ts';

/** Everything in a history that must not be, the plainest first. */
export function checkHistory(history: History): readonly Violation[] {
  const found: Violation[] = [];
  const { faults } = history;
  const facts = gatherFacts(history, found);
  const revisionOf = ({ asked, outcome }: History['calls'][number]): number | undefined => {
    if ('content' in asked) return facts.byOp.get(asked.content.op!)?.[0]?.revision;
    return asked.verb === 'delete' && outcome?.type === 'object' ? outcome.object.revision : undefined;
  };
  const deleted = new Map<string, History['calls'][number]>();
  let timeline: Timeline | undefined;
  const times = sweep(history, revisionOf, (call, during: Times) => {
    timeline ??= createTimeline(history, facts, during);
    checkCall(call, { timeline, times: during, faults, found, deleted });
  });
  timeline ??= createTimeline(history, facts, times);
  const check = { timeline, times, faults, found, deleted };
  checkHappenings(history, check);
  checkChains(check);
  checkLists(history, check);
  checkWatches(history, check);
  return found;
}
