import { nextTurn } from '../apimachinery/clock.ts';
import { acceptsGzip, gzipThresholdBytes } from './compression.ts';
import type { Core } from './core.ts';
import { recorded } from './record.ts';
import type { Request } from './request.ts';
import { respondBytes, startResponse } from './respond.ts';

/** Bytes gathered before they are handed to the transport. */
const chunkBytes = 128 * 1024;
/** Work before the event loop gets its turn. */
const sliceMs = 8;

/** Sends pieces as one answer: short ones whole, long ones in chunks at the pace of the reader, and in turn with others. */
export async function sendPieces(
  core: Core,
  request: Request,
  contentType: string,
  pieces: Iterable<Uint8Array>,
): Promise<void> {
  const { audit } = request;
  const isRecorded = audit?.wantsResponse === true && contentType.startsWith('application/json');
  const chunks = chunked(isRecorded ? recorded(audit, pieces) : pieces);
  const first = chunks.next();
  if (first.done) return respondBytes(request, 200, new Uint8Array(), { 'content-type': contentType });
  if (first.value.length < chunkBytes) {
    return respondBytes(request, 200, first.value, { 'content-type': contentType });
  }
  const gzip = acceptsGzip(request) && first.value.length >= gzipThresholdBytes;
  startResponse(request, 200, {
    'content-type': contentType,
    ...(gzip ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
  });
  const rest = { [Symbol.iterator]: () => prepend(first.value, chunks) };
  if (request.exchange.method === 'HEAD') request.exchange.sink.end();
  else if (gzip) await sendCompressed(request, rest);
  else await sendPlain(core, request, rest);
}

function* prepend(first: Buffer, rest: Iterator<Buffer>): Iterator<Buffer> {
  yield first;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

function* chunked(pieces: Iterable<Uint8Array>): Generator<Buffer> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size < chunkBytes) continue;
    yield Buffer.concat(waiting, size);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting, size);
}

async function sendPlain(core: Core, { exchange, seat }: Request, chunks: Iterable<Buffer>): Promise<void> {
  const { sink } = exchange;
  const { clock } = core.registry;
  let sliceEndMs = clock.monotonicMs() + sliceMs;
  for (const chunk of chunks) {
    if (!sink.write(chunk)) await sink.drained();
    else if (clock.monotonicMs() > sliceEndMs) await new Promise<void>(nextTurn);
    else continue;
    if (seat) await core.flowControl.pause(seat);
    if (exchange.signal.aborted) return;
    sliceEndMs = clock.monotonicMs() + sliceMs;
  }
  sink.end();
}

async function sendCompressed({ exchange }: Request, chunks: Iterable<Buffer>): Promise<void> {
  const { sink } = exchange;
  // Loaded by the first answer that is compressed.
  const { constants, createGzip } = process.getBuiltinModule('node:zlib');
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const feeding = (async () => {
    for (const chunk of chunks) {
      if (exchange.signal.aborted) break;
      await new Promise<void>((resolve, reject) =>
        gzip.write(chunk, (error) => (error ? reject(error) : resolve())),
      );
    }
    gzip.end();
  })();
  for await (const compressed of gzip) if (!sink.write(compressed as Buffer)) await sink.drained();
  await feeding;
  sink.end();
}
