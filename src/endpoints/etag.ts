import { createHash } from 'node:crypto';
import { acceptsGzip, gzipped, gzipThresholdBytes } from './compression.ts';
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

type Headers = Readonly<Record<string, string>>;
type StateHeaders = { readonly etag: string; readonly vary: string };

/** Sends the document, or 304 when the sender has it already. */
export function respondHashed(request: Request, { bytes, hash }: HashedDocument, headers: Headers): void {
  const ofState = { ...headers, vary: 'Accept', etag: `"${hash}"` };
  if (!isKnown(request, ofState)) respondBytes(request, 200, bytes, ofState);
}

/** The same of a long document: compressed for whoever understands that. */
export async function respondCompressed(
  request: Request,
  { bytes, hash }: HashedDocument,
  headers: Headers,
): Promise<void> {
  const ofState = { ...headers, vary: 'Accept-Encoding, Accept', etag: `"${hash}"` };
  if (isKnown(request, ofState)) return;
  if (bytes.length < gzipThresholdBytes || !acceptsGzip(request)) respondBytes(request, 200, bytes, ofState);
  else respondBytes(request, 200, await gzipped(bytes), { ...ofState, 'content-encoding': 'gzip' });
}

/** Whether the sender has this state; then it has been told so. */
function isKnown(request: Request, { etag, vary }: StateHeaders): boolean {
  const { exchange } = request;
  const known = (exchange.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim());
  if (!known.includes(etag)) return false;
  request.code = 304;
  exchange.sink.respond(304, { etag, vary }, new Uint8Array());
  return true;
}
