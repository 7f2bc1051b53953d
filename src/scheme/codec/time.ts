import { DecodeError } from './decode-error.ts';
import type { Shape } from './scalars.ts';
import { mismatchWithin, valueName } from './walk-state.ts';

const secondsLayout = '2006-01-02T15:04:05Z07:00';
const microLayout = '2006-01-02T15:04:05.000000Z07:00';
const timePattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([.,]\d+)?(Z|[+-]\d\d:\d\d)$/;
const microFractionLength = '.000000'.length;

const daysIn = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** RFC 3339 in UTC with whole seconds, as `metav1.Time` is written; a fraction is cut off. */
export const shapeTime: Shape = (value, state, depth) => {
  if (typeof value !== 'string') throw mismatchWithin(state, depth, valueName(value), 'string');
  return normalTime(value, secondsLayout, () => '');
};

/** RFC 3339 in UTC with six decimals, as `metav1.MicroTime` is written. Six decimals must be given, too. */
export const shapeMicroTime: Shape = (value, state, depth) => {
  if (typeof value !== 'string') throw mismatchWithin(state, depth, valueName(value), 'string');
  return normalTime(value, microLayout, (fraction) => {
    if (fraction === undefined || fraction.length < microFractionLength) {
      throw parseError(value, microLayout, value.slice(19), '.000000');
    }
    return `.${fraction.slice(1, microFractionLength)}`;
  });
};

function normalTime(
  text: string,
  layout: string,
  fractionText: (fraction: string | undefined) => string,
): string {
  const match = timePattern.exec(text);
  if (!match) throw unreadable(text, layout);
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const outOfRange =
    (isOutside(month!, 1, 12) && 'month') ||
    (isOutside(day!, 1, daysIn(Number(year), Number(month))) && 'day') ||
    (isOutside(hour!, 0, 23) && 'hour') ||
    (isOutside(minute!, 0, 59) && 'minute') ||
    (isOutside(second!, 0, 59) && 'second');
  if (outOfRange) throw new DecodeError(`parsing time ${quoted(text)}: ${outOfRange} out of range`);
  const decimals = fractionText(fraction);
  if (zone === 'Z') return `${text.slice(0, 19)}${decimals}Z`;
  const ms = Date.parse(`${text.slice(0, 19)}${zone}`);
  const utc = Number.isNaN(ms) ? '' : new Date(ms).toISOString();
  if (utc.length !== 24)
    throw new DecodeError(`parsing time ${quoted(text)}: time zone offset hour out of range`);
  return `${utc.slice(0, 19)}${decimals}Z`;
}

const isOutside = (digits: string, low: number, high: number) =>
  Number(digits) < low || Number(digits) > high;
const quoted = (text: string) => JSON.stringify(text);

const parseError = (text: string, layout: string, rest: string, element: string) =>
  new DecodeError(
    `parsing time ${quoted(text)} as ${quoted(layout)}: cannot parse ${quoted(rest)} as ${quoted(element)}`,
  );

/** The parts of a layout in order, with what stands for each in the text. */
const elements: readonly (readonly [element: string, pattern: RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
  ['T', /^T/],
  ['15', /^\d\d/],
  [':', /^:/],
  ['04', /^\d\d/],
  [':', /^:/],
  ['05', /^\d\d(?:[.,]\d+)?/],
  ['Z07:00', /^(?:Z|[+-]\d\d:\d\d)/],
];

/** Names the first part of the layout that the text does not follow, as Go's `time.Parse` does. */
function unreadable(text: string, layout: string): DecodeError {
  let rest = text;
  for (const [element, pattern] of elements) {
    const match = pattern.exec(rest);
    if (!match) return parseError(text, layout, rest, element);
    rest = rest.slice(match[0].length);
  }
  return new DecodeError(`parsing time ${quoted(text)}: extra text: ${quoted(rest)}`);
}
