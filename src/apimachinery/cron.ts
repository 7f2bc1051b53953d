import { DurationError, parseGoDuration } from './duration.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Names of values, the first one standing for `min`. */
  readonly names: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Minute, hour, day of month, month, day of week. */
const fieldBounds: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: weekdays },
];
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
/** Upstream holds an `int`. */
const maxInteger = 2n ** 63n - 1n;

class CronError extends Error {}

/**
 * Why a schedule is not one that `cron.ParseStandard` (robfig/cron v3) takes, in its words; undefined when it is.
 * Takes five fields, `@hourly` and the like, and `@every <duration>`. A time zone prefix is the caller's to refuse.
 */
export function cronError(schedule: string): string | undefined {
  try {
    checkSchedule(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}

function checkSchedule(schedule: string): void {
  if (schedule === '') throw new CronError('empty spec string');
  if (schedule.startsWith('@')) checkDescriptor(schedule);
  else checkFields(schedule);
}

function checkFields(schedule: string): void {
  const fields = schedule.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== fieldBounds.length) {
    throw new CronError(
      `expected exactly ${fieldBounds.length} fields, found ${fields.length}: [${fields.join(' ')}]`,
    );
  }
  for (const [i, bounds] of fieldBounds.entries()) {
    for (const range of fields[i]!.split(',')) if (range !== '') checkRange(range, bounds);
  }
}

function checkDescriptor(descriptor: string): void {
  if (descriptors.includes(descriptor)) return;
  const every = '@every ';
  if (!descriptor.startsWith(every)) throw new CronError(`unrecognized descriptor: ${descriptor}`);
  try {
    parseGoDuration(descriptor.slice(every.length));
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new CronError(`failed to parse duration ${descriptor}: ${error.message}`);
  }
}

/** `number | number "-" number | "*" | "?"`, then optionally `"/" number`. */
function checkRange(text: string, bounds: Bounds): void {
  const [range = '', step, ...moreSteps] = text.split('/');
  const [low = '', high, ...moreHighs] = range.split('-');
  const any = low === '*' || low === '?';
  const start = any ? bounds.min : parseValue(low, bounds.names, bounds.min);
  if (!any && moreHighs.length > 0) throw new CronError(`too many hyphens: ${text}`);
  let end = any ? bounds.max : high === undefined ? start : parseValue(high, bounds.names, bounds.min);
  if (moreSteps.length > 0) throw new CronError(`too many slashes: ${text}`);
  const stepSize = step === undefined ? 1 : parseInteger(step);
  if (step !== undefined && high === undefined) end = bounds.max;
  if (start < bounds.min) {
    throw new CronError(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`);
  }
  if (end > bounds.max) throw new CronError(`end of range (${end}) above maximum (${bounds.max}): ${text}`);
  if (start > end) throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (stepSize === 0) throw new CronError(`step of range should be a positive number: ${text}`);
}

function parseValue(text: string, names: readonly string[], firstValue: number): number {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + firstValue : parseInteger(text);
}

function parseInteger(text: string): number {
  const failed = (why: string) =>
    new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[+-]?\d+$/.test(text)) throw failed('invalid syntax');
  const digits = text.replace(/^[+-]?0*/, '');
  if (digits.length > 19 || BigInt(digits || '0') > maxInteger) throw failed('value out of range');
  const value = Number(`${text.startsWith('-') ? '-' : ''}${digits || '0'}`);
  if (value < 0) throw new CronError(`negative number (${value}) not allowed: ${text}`);
  return value;
}

/** True for a zone of the IANA database, as `time.LoadLocation` knows it. The runtime's database is asked. */
export function isKnownTimeZone(name: string): boolean {
  // The runtime also takes offsets such as +01:00, which are no zones.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
