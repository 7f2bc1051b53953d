import { parseTime } from '../apimachinery/clock.ts';
import { humanDuration } from '../apimachinery/duration.ts';
import { isRecord, type KubeObject } from '../apimachinery/object.ts';
import type { TableColumn } from '../scheme/definition.ts';

/** What a cell shows for something that is absent. */
export const none = '<none>';
export const unset = '<unset>';
export const unknown = '<unknown>';

/** The first column of nearly every table. */
export const nameColumn: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique within its namespace.',
  priority: 0,
};

/** A column that is always shown. */
export const column = (
  name: string,
  description: string,
  type: TableColumn['type'] = 'string',
): TableColumn => ({ name, type, description, priority: 0 });

/** A column that only `-o wide` shows. */
export const wideColumn = (
  name: string,
  description: string,
  type: TableColumn['type'] = 'string',
): TableColumn => ({ name, type, description, priority: 1 });

export const ageColumn: TableColumn = column('Age', 'How long ago the object was created.');

/** How long ago a time was; `<unknown>` when there is none. */
export function ageOf(time: string | undefined | null, nowMs: number): string {
  if (!time) return unknown;
  return humanDuration(nowMs - parseTime(time));
}

/** The `Age` cell. */
export const age = (object: KubeObject, nowMs: number): string =>
  ageOf(object.metadata.creationTimestamp, nowMs);

/** `k=v` pairs in order of the key, joined with a comma; `<none>` when there are none. */
export function labelsText(labels: unknown): string {
  if (!isRecord(labels)) return none;
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${String(labels[key])}`);
  return pairs.length === 0 ? none : pairs.join(',');
}

interface Named {
  readonly name?: string;
  readonly image?: string;
}

/** The `Containers` cell. */
export const containerNames = (containers: readonly Named[] | undefined): string =>
  (containers ?? []).map(({ name }) => name ?? '').join(',');

/** The `Images` cell. */
export const containerImages = (containers: readonly Named[] | undefined): string =>
  (containers ?? []).map(({ image }) => image ?? '').join(',');

/** The first `max` texts joined, followed by ` + K more...` when the list is longer. */
export function firstOf(texts: readonly string[], max: number, separator = ','): string {
  const shown = texts.slice(0, max).join(separator);
  return texts.length > max ? `${shown} + ${texts.length - max} more...` : shown;
}
