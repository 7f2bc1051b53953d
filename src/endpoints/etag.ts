import { createHash } from 'node:crypto';
import type { Request } from './request.ts';
import { respondBytes } from './respond.ts';

/** A document that changes seldom: its bytes and the hash that names this state of them. */
export interface HashedDocument {
  readonly bytes: Buffer;
  /** Upper-case hex SHA-512, as the reference server's. */
  readonly hash: string;
}

export const hashed = (value: unknown): HashedDocument => hashedBytes(Buffer.from(JSON.stringify(value)));

export const hashedBytes = (bytes: Buffer): HashedDocument => ({
  bytes,
  hash: createHash('sha512').update(bytes).digest('hex').toUpperCase(),
});

/** Sends the document, or 304 when the sender has it already. */
export function respondHashed(
  request: Request,
  { bytes, hash }: HashedDocument,
  headers: Readonly<Record<string, string>>,
): void {
  const etag = `"${hash}"`;
  const known = (request.exchange.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim());
  if (known.includes(etag)) {
    request.code = 304;
    request.exchange.sink.respond(304, { etag, vary: 'Accept' }, new Uint8Array());
    return;
  }
  respondBytes(request, 200, bytes, { ...headers, etag, vary: 'Accept' });
}
