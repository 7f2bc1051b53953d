import { flag, frameHeaderBytes, frameType } from './frames.ts';

export interface FrameHandler {
  /** A part of the payload of a DATA frame, as it came in. */
  onData(stream: number, chunk: Buffer): void;
  /** A whole frame of another type. */
  onFrame(type: number, flags: number, stream: number, payload: Buffer): void;
  /** After the last frame of a stream. */
  onStreamEnd(stream: number): void;
}

/** Cuts what comes in into frames. Payloads of DATA frames are handed on without being put together first. */
export function createFrameReader(handler: FrameHandler): (chunk: Buffer) => void {
  const header = Buffer.alloc(frameHeaderBytes);
  let headerLength = 0;
  let type = 0;
  let flags = 0;
  let stream = 0;
  let left = 0;
  let parts: Buffer[] = [];

  const readHeader = (from: Buffer, at: number) => {
    left = from.readUIntBE(at, 3);
    type = from[at + 3]!;
    flags = from[at + 4]!;
    stream = from.readUInt32BE(at + 5) & 0x7fff_ffff;
  };

  const finishFrame = () => {
    if (type !== frameType.data) {
      handler.onFrame(type, flags, stream, parts.length === 1 ? parts[0]! : Buffer.concat(parts));
      parts = [];
    }
    const carriesEnd = type === frameType.data || type === frameType.headers;
    if (carriesEnd && flags & flag.endStream) handler.onStreamEnd(stream);
    headerLength = 0;
  };

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (headerLength < frameHeaderBytes) {
        const taken = Math.min(frameHeaderBytes - headerLength, chunk.length - at);
        chunk.copy(header, headerLength, at, at + taken);
        headerLength += taken;
        at += taken;
        if (headerLength < frameHeaderBytes) return;
        readHeader(header, 0);
        if (left > 0) continue;
      } else {
        const part = chunk.subarray(at, at + left);
        at += part.length;
        left -= part.length;
        if (type === frameType.data) handler.onData(stream, part);
        else parts.push(part);
      }
      if (left === 0) finishFrame();
    }
  };
}
