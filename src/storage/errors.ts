import { ApiError, requestTooLarge, serviceUnavailable, timeoutError } from '../apimachinery/status.ts';
import { StoreUnavailableError } from '../kv/types.ts';

/** After this clients try again what did not happen: they do so by themselves when told a time, and only then. */
const retryAfterSeconds = 1;

/**
 * What a store that cannot be reached means to a client: 503 with a time to retry when nothing happened; when nobody knows
 * whether a write did, the 504 without one that kube-apiserver gives when etcd does not answer in time. Every other error is passed on as it is; `list.ts` and `watch.ts` say what compacted and future revisions
 * mean.
 */
export function storageError(error: unknown): unknown {
  if (error instanceof RangeError) return requestTooLarge(error.message);
  if (!(error instanceof StoreUnavailableError)) return error;
  if (!error.outcomeUnknown) {
    return serviceUnavailable(`the store is unavailable: ${error.message}`, retryAfterSeconds);
  }
  return new OutcomeUnknownError(
    timeoutError(`the store did not answer, the write may or may not have happened: ${error.message}`).status,
  );
}

/** A write of which nobody knows whether it happened: what was prepared for it must be neither kept nor undone. */
export class OutcomeUnknownError extends ApiError {}

/** `work` with the failures of the store translated. */
export async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw storageError(error);
  }
}
