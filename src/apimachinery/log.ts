import type { Clock } from './clock.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Lines for the person who runs the server. `message` is a fixed text, what varies goes into `fields`. Never pass bodies,
 * tokens, keys or header values.
 */
export interface Log {
  /** What went wrong and needs attention. */
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  /** Noise that helps while looking for a fault: broken handshakes, resets, slow readers. */
  debug(message: string, fields?: LogFields): void;
}

const levels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof levels)[number];

/** Longest text of one field, so that no input can flood the log. */
const maxFieldChars = 512;

/** A value as `key=value` shows it: bare when it is one plain word, otherwise quoted with control characters escaped. */
function fieldText(value: unknown): string {
  const raw =
    value instanceof Error
      ? value.message
      : typeof value === 'string'
        ? value
        : (JSON.stringify(value) ?? 'undefined');
  const text = raw.length > maxFieldChars ? `${raw.slice(0, maxFieldChars)}…` : raw;
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text);
}

/** `2026-01-01T00:00:00.000Z warn   message key=value`, always one line. */
export function logLine(epochMs: number, level: LogLevel, message: string, fields: LogFields = {}): string {
  const pairs = Object.keys(fields).map((key) => ` ${key}=${fieldText(fields[key])}`);
  return `${new Date(epochMs).toISOString()} ${level.padEnd(5)} ${message}${pairs.join('')}\n`;
}

/** A log that writes one line per call to `write`, down to and including `level`. */
export function textLog(clock: Clock, level: LogLevel, write: (line: string) => void): Log {
  const at = (own: LogLevel) =>
    levels.indexOf(own) <= levels.indexOf(level)
      ? (message: string, fields?: LogFields) => write(logLine(clock.now(), own, message, fields))
      : () => {};
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/** For embedding and tests: keeps quiet. */
export const silentLog: Log = { error() {}, warn() {}, info() {}, debug() {} };
