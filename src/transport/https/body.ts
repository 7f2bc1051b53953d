import type { Readable } from 'node:stream';
import type { Clock } from '../../apimachinery/clock.ts';
import { type ApiError, badRequest, requestTooLarge, timeoutError } from '../../apimachinery/status.ts';

/** Message of the reference server (`http.MaxBytesReader` behind `limitedReadBody`). */
const tooLarge = (limitBytes: number) => requestTooLarge(`limit is ${limitBytes}`);

const empty = Buffer.alloc(0);

/**
 * Reads a request body to its end. Never holds more than `limitBytes` plus the chunk that crossed it. Rejects with an
 * ApiError: 413 past the limit (at once when `contentLength` already says so), 504 after `timeoutMs`, 400 when the other side
 * broke off. After a rejection nothing more is read from `source`.
 */
export function readBody(
  source: Readable,
  contentLength: string | undefined,
  limitBytes: number,
  clock: Clock,
  timeoutMs: number,
): Promise<Buffer> {
  if (contentLength !== undefined && Number(contentLength) > limitBytes)
    return Promise.reject(tooLarge(limitBytes));
  if (source.readableEnded || contentLength === '0') return Promise.resolve(empty);
  if (source.destroyed) return Promise.reject(badRequest('unexpected EOF'));
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let rest: Buffer[] | undefined;
    let length = 0;
    const timer = clock.setTimer(timeoutMs, () =>
      fail(timeoutError('request did not complete within the allowed time')),
    );
    const settle = () => {
      timer.cancel();
      source.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const fail = (error: ApiError) => {
      settle();
      source.pause();
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limitBytes) fail(tooLarge(limitBytes));
      else if (first === undefined) first = chunk;
      else if (rest === undefined) rest = [first, chunk];
      else rest.push(chunk);
    };
    const onEnd = () => {
      settle();
      resolve(rest ? Buffer.concat(rest, length) : (first ?? empty));
    };
    const onClose = () => fail(badRequest('unexpected EOF'));
    source.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}
