import type { Violation } from './check/violation.ts';
import type { Call, History, WatchItem, WatchRecord } from './history.ts';
import type { Key } from './objects.ts';

/** Lines of one violation's excerpt, at most. */
const maxLines = 40;
/** Violations that are printed in full, one of each guarantee; the first ones are the plainest. */
const maxPrinted = 4;

/** What went wrong, and of the history only what has to do with it. */
export function report(history: History, violations: readonly Violation[]): string {
  const perGuarantee = new Map<string, Violation>();
  for (const violation of violations)
    if (!perGuarantee.has(violation.guarantee)) perGuarantee.set(violation.guarantee, violation);
  const printed = [...perGuarantee.values()].slice(0, maxPrinted);
  const counts = new Map<string, number>();
  for (const { guarantee } of violations) counts.set(guarantee, (counts.get(guarantee) ?? 0) + 1);
  const sums = [...counts].map(([guarantee, count]) => `${count} ${guarantee}`).join(', ');
  return [
    `${violations.length} violations: ${sums}`,
    ...printed.map((violation) => excerpt(history, violation)),
  ].join('\n\n');
}

interface Line {
  readonly at: number;
  readonly text: string;
  /** Named by the violation itself. */
  readonly isNamed: boolean;
}

/** The records that the violation names, the writes that made its revisions, and the faults meanwhile. */
export function excerpt(history: History, violation: Violation): string {
  const { records, revisions, keys } = violation;
  const named = new Set(records);
  const wanted = new Set(revisions);
  const lines: Line[] = [];
  const untold = new Set(revisions);
  for (const call of history.calls) {
    const isNamed = named.has(call.id);
    const written = writtenBy(call);
    if (!isNamed && (written === undefined || !wanted.has(written))) continue;
    if (written !== undefined) untold.delete(written);
    lines.push({ at: call.invoked, text: callText(call, keys), isNamed });
  }
  for (const watch of history.watches)
    if (named.has(watch.id)) lines.push(...watchLines(watch, wanted, keys));
  lines.push(...firstTold(history, untold));
  const spans = lines.filter(({ isNamed }) => isNamed).map(({ at }) => at);
  const [first, last] = [Math.min(...spans), Math.max(...spans)];
  for (const { at, what, compacted } of history.faults)
    if (at >= first && at <= last)
      lines.push({ at, text: `       ${what}${compacted ? ` ${compacted}` : ''}`, isNamed: false });
  const kept = lines
    .toSorted((left, right) => Number(right.isNamed) - Number(left.isNamed))
    .slice(0, maxLines);
  const texts = kept
    .toSorted((left, right) => left.at - right.at)
    .map(({ at, text }) => `  ${`${at}`.padStart(6)} ${text}`);
  const left = lines.length > kept.length ? [`  … ${lines.length - kept.length} more lines`] : [];
  return [`${violation.guarantee}: ${violation.message}`, ...texts, ...left].join('\n');
}

const writtenBy = ({ asked, outcome }: Call): number | undefined =>
  outcome?.type === 'object' && asked.verb !== 'get' ? outcome.object.revision : undefined;

/** Who told first of writes whose own answers say nothing. */
function firstTold(history: History, revisions: ReadonlySet<number>): Line[] {
  const first = new Map<number, Line>();
  for (const watch of history.watches)
    for (const item of watch.items) {
      const { at, revision, object } = item;
      const known = first.get(revision);
      if (object && revisions.has(revision) && !(known && known.at < at))
        first.set(revision, { at, text: itemText(watch, item), isNamed: false });
    }
  return [...first.values()];
}

function callText({ id, client, server, asked, outcome, completed }: Call, keys: readonly Key[]): string {
  const { verb, ...rest } = asked;
  const what = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${shown(value)}`)
    .join(' ');
  return `#${id} ${client}→${server} ${verb} ${what} ⇒ ${completed ?? 'never'} ${outcomeText(outcome, keys)}`;
}

const shown = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([name, inner]) => inner !== undefined && name !== 'token');
  return `{${entries.map(([name, inner]) => `${name}=${shown(inner)}`).join(' ')}}`;
};

function outcomeText(outcome: Call['outcome'], keys: readonly Key[]): string {
  if (!outcome) return '';
  if (outcome.type === 'object')
    return `${outcome.object.revision} ${outcome.object.content.op} ${outcome.object.uid.slice(0, 8)}`;
  if (outcome.type === 'unknown') return `unknown: ${outcome.why}`;
  if (outcome.type === 'refused') return `${outcome.status} ${outcome.reason}`;
  if (outcome.type === 'done') return `done ${outcome.uid.slice(0, 8)}`;
  const items = outcome.items
    .filter(({ key }) => keys.length === 0 || keys.includes(key))
    .map(({ key, revision }) => `${key}@${revision}`);
  return `${outcome.revision} [${outcome.items.length}: ${items.join(' ')}]${outcome.token ? ' …' : ''}`;
}

const itemText = ({ id }: WatchRecord, { type, object, revision }: WatchItem): string =>
  `#${id} ${type} ${object ? `${object.key} ${object.content.op} ` : ''}${revision}`;

/** Where it began, what it said of the keys and revisions in question, and how it ended. */
function watchLines(watch: WatchRecord, wanted: ReadonlySet<number>, keys: readonly Key[]): Line[] {
  const { id, client, server, scope, after, opened, items, ended } = watch;
  const isWanted = ({ revision, object }: WatchItem): boolean =>
    wanted.has(revision) && (!object || keys.length === 0 || keys.includes(object.key));
  const head = `#${id} ${client}→${server} watch ${shown(scope)} after ${after ?? 'the state'}`;
  const lines = [
    { at: opened, text: head },
    ...items.filter(isWanted).map((item) => ({ at: item.at, text: itemText(watch, item) })),
  ];
  if (ended) {
    const reached = items.at(-1)?.revision ?? after;
    lines.push({ at: ended.at, text: `#${id} ended at ${reached}: ${ended.code ?? ''} ${ended.why}` });
  }
  return lines.map((line) => ({ ...line, isNamed: true }));
}
