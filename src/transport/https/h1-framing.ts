const crlf = Buffer.from('\r\n', 'latin1');

let lastChunk: Uint8Array | undefined;
let lastFrame: Buffer | undefined;

/**
 * One chunk of a chunked HTTP/1.1 body (RFC 9112, 7.1). A watch event goes to all its watchers one after the other, so the
 * frame made last is remembered: a thousand watchers share one copy.
 */
export function frameChunk(chunk: Uint8Array): Buffer {
  if (chunk === lastChunk && lastFrame !== undefined) return lastFrame;
  const frame = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`, 'latin1'), chunk, crlf]);
  lastChunk = chunk;
  lastFrame = frame;
  return frame;
}
