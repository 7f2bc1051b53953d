const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const minutesAndSecondsFromMs = 2 * minuteMs;
const hoursPerYear = 24 * 365;

const pair = (large: number, largeUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;

/** A length of time as kubectl prints it, two units at most: `45s`, `5m30s`, `3h`, `2d4h`, `3y20d`. */
export function humanDuration(ms: number): string {
  if (ms <= -2 * secondMs) return '<invalid>';
  if (ms < 0) return '0s';
  if (ms < minutesAndSecondsFromMs) return `${Math.floor(ms / secondMs)}s`;
  const minutes = Math.floor(ms / minuteMs);
  if (minutes < 10) return pair(minutes, 'm', Math.floor(ms / secondMs) % 60, 's');
  if (minutes < 3 * 60) return `${minutes}m`;
  const hours = Math.floor(ms / hourMs);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return pair(days, 'd', hours % 24, 'h');
  if (hours < 2 * hoursPerYear) return `${days}d`;
  const years = Math.floor(hours / hoursPerYear);
  return years < 8 ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

/** A text that is no Go duration; `message` is `time.ParseDuration`'s. */
export class DurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DurationError';
  }
}

const unitNs: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['μs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);
/** The largest `time.Duration`. */
const maxNs = 2 ** 63;

/** Milliseconds, with a fraction, of a Go duration such as `1h30m`, `-1.5s`, `0`. Throws `DurationError`. */
export function parseGoDuration(text: string): number {
  const quoted = JSON.stringify(text);
  const invalid = () => new DurationError(`time: invalid duration ${quoted}`);
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  if (body === '') throw invalid();
  let ns = 0;
  let rest = body;
  while (rest !== '') {
    const match = /^(\d*)(\.\d*)?([^.\d]*)/.exec(rest)!;
    const [term, whole, fraction = '', unit = ''] = match;
    if (whole === '' && fraction.length < 2) throw invalid();
    if (unit === '') throw new DurationError(`time: missing unit in duration ${quoted}`);
    const scale = unitNs.get(unit);
    if (scale === undefined) {
      throw new DurationError(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    }
    ns += Number(`${whole}${fraction}`) * scale;
    if (ns >= maxNs) throw invalid();
    rest = rest.slice(term.length);
  }
  return (sign * ns) / 1e6;
}

/** A length of time as Go's `Duration.String`: `5m0s`, `1.5s`, `100ms`, `0s`. */
export function formatGoDuration(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const magnitude = Math.abs(ms);
  if (magnitude === 0) return '0s';
  if (magnitude < secondMs) return sign + formatSmall(magnitude);
  const hours = Math.floor(magnitude / hourMs);
  const minutes = Math.floor(magnitude / minuteMs) % 60;
  const seconds = trimmed((magnitude % minuteMs) / secondMs, 9);
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

function formatSmall(ms: number): string {
  if (ms >= 1) return `${trimmed(ms, 6)}ms`;
  if (ms >= 1e-3) return `${trimmed(ms * 1e3, 3)}µs`;
  return `${trimmed(ms * 1e6, 0)}ns`;
}

/** A number with at most `digits` decimals and no trailing zeros. */
const trimmed = (value: number, digits: number) => String(Number(value.toFixed(digits)));
