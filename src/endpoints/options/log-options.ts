import { formatTime, parseTime } from '../../apimachinery/clock.ts';
import { type FieldError, FieldPath, forbidden, invalid } from '../../apimachinery/field-error.ts';
import type { LogRequest, LogSince } from '../../apimachinery/node-link.ts';
import { badRequest, invalidError } from '../../apimachinery/status.ts';
import { booleanParameter, integerParameter } from './query.ts';

export type LogOptions = Pick<
  LogRequest,
  'follow' | 'previous' | 'timestamps' | 'since' | 'tailLines' | 'limitBytes'
>;

const secondMs = 1_000;

/** `PodLogOptions` from the query; 422 naming the pod when they are wrong (`ValidatePodLogOptions`). */
export function parseLogOptions(query: URLSearchParams, pod: string): LogOptions {
  const tailLines = integerParameter(query, 'tailLines');
  const limitBytes = integerParameter(query, 'limitBytes');
  const sinceSeconds = integerParameter(query, 'sinceSeconds');
  const sinceTime = timeParameter(query, 'sinceTime');
  const errors: FieldError[] = [];
  const refuse = (name: string, value: number | undefined, least: number, why: string) => {
    if (value !== undefined && value < least) errors.push(invalid(FieldPath.of(name), value, why));
  };
  refuse('tailLines', tailLines, 0, 'must be greater than or equal to 0');
  refuse('limitBytes', limitBytes, 1, 'must be greater than 0');
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push(forbidden(FieldPath.of(''), onlyOneSince));
  } else refuse('sinceSeconds', sinceSeconds, 1, 'must be greater than 0');
  if (query.has('stream')) errors.push(forbidden(FieldPath.of('stream'), 'may not be specified'));
  if (errors.length > 0) throw invalidError({ group: '', kind: 'PodLogOptions' }, pod, errors);
  const since = sinceOf(sinceSeconds, sinceTime);
  return {
    follow: booleanParameter(query, 'follow') ?? false,
    previous: booleanParameter(query, 'previous') ?? false,
    timestamps: booleanParameter(query, 'timestamps') ?? false,
    ...(since ? { since } : {}),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}

const onlyOneSince = 'at most one of `sinceTime` or `sinceSeconds` may be specified';

function sinceOf(seconds: number | undefined, atMs: number | undefined): LogSince | undefined {
  if (seconds !== undefined) return { agoMs: seconds * secondMs };
  return atMs === undefined ? undefined : { atMs };
}

/** Milliseconds since the epoch. */
function timeParameter(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  const atMs = parseTime(value);
  if (Number.isNaN(atMs)) {
    throw badRequest(`parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse`);
  }
  return parseTime(formatTime(atMs));
}
