import type { IEvent } from 'kubernetes-models/v1/Event';
import type { TableDefinition } from '../scheme/definition.ts';
import { ageOf, column, nameColumn, wideColumn } from './cells.ts';

function objectText({ kind, name }: IEvent['involvedObject']): string {
  const lowerKind = (kind ?? '').toLowerCase();
  return name ? `${lowerKind}/${name}` : lowerKind;
}

function sourceText({ source, reportingComponent, reportingInstance }: IEvent): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}

function seenTexts({ firstTimestamp, lastTimestamp, eventTime, series }: IEvent, nowMs: number) {
  const first = ageOf(firstTimestamp || eventTime, nowMs);
  const last = series
    ? ageOf(series.lastObservedTime, nowMs)
    : lastTimestamp
      ? ageOf(lastTimestamp, nowMs)
      : first;
  return { first, last };
}

/** The table of events in both of their groups; rows see the stored form, which is core/v1. */
export const eventTable: TableDefinition = {
  columns: [
    column('Last Seen', 'How long ago the event was last seen.'),
    column('Type', 'Normal or Warning.'),
    column('Reason', 'Short reason, made for machines.'),
    column('Object', 'What the event is about.'),
    wideColumn('Subobject', 'Which part of the object the event is about.'),
    wideColumn('Source', 'Which component reported the event, and where it runs.'),
    column('Message', 'What happened, made for people.'),
    wideColumn('First Seen', 'How long ago the event was first seen.'),
    wideColumn('Count', 'How often the event was seen.'),
    { ...nameColumn, priority: 1 },
  ],
  row: (object, nowMs) => {
    const event = object as unknown as IEvent;
    const involved = event.involvedObject ?? {};
    const seen = seenTexts(event, nowMs);
    return {
      cells: [
        seen.last,
        event.type ?? '',
        event.reason ?? '',
        objectText(involved),
        involved.fieldPath ?? '',
        sourceText(event),
        (event.message ?? '').trim(),
        seen.first,
        event.series ? (event.series.count ?? 0) : event.count || 1,
        object.metadata.name ?? '',
      ],
    };
  },
};
