import { CompactedError, FutureRevisionError, LeaseNotFoundError, StoreUnavailableError } from '../types.ts';
import type { ErrorMessage } from './messages.ts';

/** The error that the other thread meant. */
export function errorFrom(message: ErrorMessage): Error {
  switch (message.name) {
    case 'compacted':
      return new CompactedError(message.revision);
    case 'future':
      return new FutureRevisionError(message.revision);
    case 'lease':
      return new LeaseNotFoundError(message.lease);
    case 'unavailable':
      return new StoreUnavailableError(message.message, message.outcomeUnknown);
  }
}

/** Result codes of SQLite (https://www.sqlite.org/rescode.html) that are told apart. */
export const sqliteCode = { busy: 5, readonly: 8, full: 13, constraint: 19, notADatabase: 26 } as const;

/** The primary result code when SQLite threw the error. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff;
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const unavailable = (cause: unknown, outcomeUnknown: boolean): ErrorMessage => {
  const why =
    sqliteCodeOf(cause) === sqliteCode.full ? 'the disk or the allowed size is full' : textOf(cause);
  return { name: 'unavailable', message: `the store cannot write: ${why}`, outcomeUnknown };
};
