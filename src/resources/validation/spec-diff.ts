import { isRecord, jsonEqual } from '../../apimachinery/object.ts';

const maxLines = 10;
const maxValueLength = 120;

/** What differs between two values, one line each: `containers[0].name: "a" -> "b"`. Bounded, to be put into a message. */
export function specDiff(old: unknown, now: unknown): string {
  const lines: string[] = [];
  collect(old, now, '', lines);
  const shown = lines.slice(0, maxLines).map((line) => `  ${line}`);
  if (lines.length > maxLines) shown.push(`  ... and ${lines.length - maxLines} more`);
  return shown.join('\n');
}

function collect(old: unknown, now: unknown, path: string, lines: string[]): void {
  if (jsonEqual(old, now)) return;
  if (Array.isArray(old) && Array.isArray(now)) {
    for (let i = 0; i < Math.max(old.length, now.length); i++)
      collect(old[i], now[i], `${path}[${i}]`, lines);
  } else if (isRecord(old) && isRecord(now)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      collect(own(old, key), own(now, key), path === '' ? key : `${path}.${key}`, lines);
    }
  } else {
    lines.push(`${path}: ${text(old)} -> ${text(now)}`);
  }
}

const own = (record: Record<string, unknown>, key: string) =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function text(value: unknown): string {
  const json = value === undefined ? '<unset>' : JSON.stringify(value);
  return json.length > maxValueLength ? `${json.slice(0, maxValueLength)}...` : json;
}
