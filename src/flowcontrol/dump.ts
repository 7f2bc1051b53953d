import type { Level } from './level.ts';
import { isIdle, type Queue } from './queue-state.ts';
import type { FlowTicket } from './ticket.ts';

type Levels = ReadonlyMap<string, Level>;

/** Requests that a page shows at most. */
const maxDumpedRequests = 10_000;

/**
 * The text of `dump_priority_levels`, `dump_queues` or `dump_requests`: columns as the reference server has them, levels by
 * name. `epochMs` is the wall clock at the beginning of monotonic time. Undefined for any other page.
 */
export function dumpPage(
  page: string,
  levels: Levels,
  epochMs: number,
  includeRequestDetails: boolean,
): string | undefined {
  const sorted = [...levels.values()].sort((a, b) => (a.config.name < b.config.name ? -1 : 1));
  switch (page) {
    case 'dump_priority_levels':
      return table(levelColumns, sorted.map(levelRow));
    case 'dump_queues':
      return table(queueColumns, sorted.flatMap(queueRows));
    case 'dump_requests':
      return includeRequestDetails
        ? table(
            [...requestColumns, ...detailColumns],
            requests(sorted).map((entry) => [...requestRow(entry, epochMs), ...detailRow(entry.ticket)]),
          )
        : table(
            requestColumns,
            requests(sorted).map((entry) => requestRow(entry, epochMs)),
          );
    default:
      return undefined;
  }
}

const minCellChars = 8;

/** Columns with a comma and padding between them, as the tab writer of the reference server sets them. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, at) => Math.max(minCellChars, ...all.map((row) => row[at]!.length + 2)));
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : `${cell},`.padEnd(widths[at]!))).join('');
  return `${all.map(line).join('\n')}\n`;
}

const levelColumns = [
  'PriorityLevelName',
  'ActiveQueues',
  'IsIdle',
  'IsQuiescing',
  'WaitingRequests',
  'ExecutingRequests',
  'DispatchedRequests',
  'RejectedRequests',
  'TimedoutRequests',
  'CancelledRequests',
];

function levelRow(level: Level): string[] {
  const { set } = level;
  const active = [...set.queues.values()].filter(({ waiting }) => waiting.size > 0).length;
  return [
    level.config.name,
    active,
    isIdle(set),
    level.quiescing,
    set.waiting,
    set.executing,
    level.dispatched,
    level.rejected,
    level.timedOut,
    level.cancelled,
  ].map(String);
}

const queueColumns = [
  'PriorityLevelName',
  'Index',
  'PendingRequests',
  'ExecutingRequests',
  'SeatsInUse',
  'NextDispatchR',
  'InitialSeatsSum',
  'MaxSeatsSum',
  'TotalWorkSum',
];

/** Only queues with somebody in them. */
function queueRows({ config, set }: Level): string[][] {
  return byIndex(set.queues).map(({ index, waiting, executing, seatsInUse, nextR, workWaiting }) => {
    let initialSeats = 0;
    let maxSeats = 0;
    for (const { estimate, seats } of waiting) {
      initialSeats += estimate.initialSeats;
      maxSeats += seats;
    }
    return [
      config.name,
      ...[index, waiting.size, executing.size, seatsInUse].map(String),
      seatSeconds(nextR),
      String(initialSeats),
      String(maxSeats),
      seatSeconds(workWaiting),
    ];
  });
}

const byIndex = (queues: ReadonlyMap<number, Queue<FlowTicket>>): Queue<FlowTicket>[] =>
  [...queues.values()].sort((a, b) => a.index - b.index);

const seatSeconds = (value: number): string => `${value.toFixed(8)}ss`;

const requestColumns = [
  'PriorityLevelName',
  'FlowSchemaName',
  'QueueIndex',
  'RequestIndexInQueue',
  'FlowDistingsher',
  'ArriveTime',
  'InitialSeats',
  'FinalSeats',
  'AdditionalLatency',
  'StartTime',
];

const detailColumns = [
  'UserName',
  'Verb',
  'APIPath',
  'Namespace',
  'Name',
  'APIVersion',
  'Resource',
  'SubResource',
];

interface Dumped {
  readonly ticket: FlowTicket;
  /** Place among those that wait; -1 for one that is worked on. */
  readonly place: number;
}

function requests(levels: readonly Level[]): Dumped[] {
  const found: Dumped[] = [];
  for (const { set } of levels) {
    for (const { waiting, executing } of byIndex(set.queues)) {
      let place = 0;
      for (const ticket of waiting) found.push({ ticket, place: place++ });
      for (const ticket of executing) found.push({ ticket, place: -1 });
    }
    for (const ticket of set.queueless) found.push({ ticket, place: -1 });
    if (found.length > maxDumpedRequests) return found.slice(0, maxDumpedRequests);
  }
  return found;
}

function requestRow({ ticket, place }: Dumped, epochMs: number): string[] {
  const { level, schema, queue, distinguisher, estimate, arrivedMs, startedMs, lingerMs, phase } = ticket;
  const time = (monotonicMs: number) => new Date(epochMs + monotonicMs).toISOString();
  return [
    level.config.name,
    schema,
    String(queue),
    String(place),
    distinguisher,
    time(arrivedMs),
    String(estimate.initialSeats),
    String(estimate.finalSeats),
    lingerMs === 0 ? '0s' : `${lingerMs}ms`,
    phase === 'waiting' ? '0001-01-01T00:00:00Z' : time(startedMs),
  ];
}

function detailRow({ call: { user, info } }: FlowTicket): string[] {
  const { verb, path, namespace, name, group, version, resource, subresource } = info;
  const groupVersion = group === '' ? version : `${group}/${version}`;
  return [user.name, verb, path, namespace, name, groupVersion, resource, subresource];
}
