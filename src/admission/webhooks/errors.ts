import { isRecord, type JsonObject } from '../../apimachinery/object.ts';
import { ApiError, badRequest, internalError, type Status } from '../../apimachinery/status.ts';
import type { Hook } from './hook.ts';

/** A webhook that gave no usable answer: what becomes of the request, the failure policy says. */
export class NoVerdict extends Error {
  /** The HTTP status that the reference server counts for it. */
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** A refusal by a webhook. */
export class Denial extends ApiError {
  /** As the webhook gave it, even when no HTTP status can be that. */
  readonly sentCode: number;

  constructor(status: Status, sentCode: number) {
    super(status);
    this.sentCode = sentCode;
  }
}

const serviceUnavailable = 503;

const quoted = (text: string): string => JSON.stringify(text);

export const callFailure = (
  { name }: Pick<Hook, 'name'>,
  reason: string,
  code = serviceUnavailable,
): NoVerdict => new NoVerdict(`failed calling webhook ${quoted(name)}: ${reason}`, code);

export const failedClosed = (failure: NoVerdict): ApiError => internalError(failure.message);

export const noDryRun = ({ name }: Hook): ApiError =>
  badRequest(`admission webhook ${quoted(name)} does not support dry run`);

const [lowestRefusal, highestRefusal] = [400, 599];

/** A refusal in the words of the webhook; a code that would be none becomes 400 (`ToStatusErr`). */
export function denial({ name }: Hook, given: JsonObject | undefined): Denial {
  const { code, message, reason, status: said, details, metadata } = given ?? {};
  const denied = `admission webhook ${quoted(name)} denied the request`;
  const why = typeof message === 'string' && message !== '' ? message : reason;
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: isRecord(metadata) ? metadata : {},
    status: typeof said === 'string' && said !== '' && said !== 'Success' ? (said as 'Failure') : 'Failure',
    message: typeof why === 'string' && why !== '' ? `${denied}: ${why}` : `${denied} without explanation`,
    ...(typeof reason === 'string' && reason !== '' ? { reason } : {}),
    ...(isRecord(details) ? { details } : {}),
    code: typeof code === 'number' && code >= lowestRefusal && code <= highestRefusal ? code : lowestRefusal,
  };
  return new Denial(status, typeof code === 'number' && code > 0 ? code : lowestRefusal);
}
