import { isRecord } from '../apimachinery/object.ts';
import type { ClientAnswer } from './transport.ts';

/** An answer that was no success. The message and the reason are those of its Status. */
export class ApiFailure extends Error {
  readonly code: number;
  readonly reason: string;
  /** `reason` of each of the Status' causes. */
  readonly causes: readonly string[];

  constructor(code: number, message: string, reason = '', causes: readonly string[] = []) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
    this.reason = reason;
    this.causes = causes;
  }
}

export function failureOf({ status, body }: ClientAnswer): ApiFailure {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  return failureOfStatus(parsed(text), status, text);
}

/** `fallback` is the message when there is no Status. */
export function failureOfStatus(status: unknown, code: number, fallback: string): ApiFailure {
  if (!isRecord(status)) return new ApiFailure(code, fallback || `status ${code}`);
  const details = isRecord(status['details']) ? status['details'] : {};
  const causes = Array.isArray(details['causes']) ? details['causes'] : [];
  return new ApiFailure(
    typeof status['code'] === 'number' ? status['code'] : code,
    String(status['message'] ?? fallback),
    String(status['reason'] ?? ''),
    causes.map((cause) => (isRecord(cause) ? String(cause['reason'] ?? '') : '')),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const hasCode = (error: unknown, code: number): boolean => error instanceof ApiFailure && error.code === code;

export const isForbidden = (error: unknown): boolean => hasCode(error, 403);
export const isNotFound = (error: unknown): boolean => hasCode(error, 404);
/** A lost race, or a name that is taken. */
export const isConflict = (error: unknown): boolean => hasCode(error, 409);
export const isAlreadyExists = (error: unknown): boolean =>
  isConflict(error) && (error as ApiFailure).reason === 'AlreadyExists';
export const isInvalid = (error: unknown): boolean => hasCode(error, 422);
/** Nothing new may be made in a namespace that goes away. */
export const isNamespaceTerminating = (error: unknown): boolean =>
  hasCode(error, 403) && (error as ApiFailure).causes.includes('NamespaceTerminating');

/** The answer, or undefined when there is no such object. */
export async function unlessNotFound<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
