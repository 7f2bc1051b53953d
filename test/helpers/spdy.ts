import { constants, createDeflate } from 'node:zlib';
import { dictionary } from '../../src/endpoints/spdy/headers.ts';

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export const frame = (start: Buffer, flags: number, body: Buffer): Buffer =>
  Buffer.concat([start, uint32(flags * 2 ** 24 + body.length), body]);
export const control = (type: number, ...body: Buffer[]) =>
  frame(Buffer.from([0x80, 3, 0, type]), 0, Buffer.concat(body));
export const data = (id: number, text: string, isLast = false) =>
  frame(uint32(id), isLast ? 1 : 0, Buffer.from(text));

/** Blocks of headers as a client compresses them, one after the other. */
export function blocks() {
  const deflate = createDeflate({ dictionary: dictionary(), flush: constants.Z_SYNC_FLUSH });
  return async (headers: Readonly<Record<string, string>>): Promise<Buffer> => {
    const texts = Object.entries(headers)
      .flat()
      .flatMap((text) => [uint32(text.length), Buffer.from(text)]);
    const written = new Promise((resolve) =>
      deflate.write(Buffer.concat([uint32(texts.length / 4), ...texts]), resolve),
    );
    await written;
    return deflate.read();
  };
}

export const open = (id: number, block: Buffer) => control(1, uint32(id), uint32(0), Buffer.alloc(2), block);
