import { nextTurn } from '../../apimachinery/clock.ts';

/** A frame of SPDY/3.1 as far as streams of bytes need them (SPDY draft 3, 2.6). A DATA frame may come in several parts. */
export type Frame =
  | { readonly kind: 'open'; readonly id: number; readonly isLast: boolean; readonly block: Buffer }
  | { readonly kind: 'data'; readonly id: number; readonly isLast: boolean; readonly bytes: Buffer }
  | { readonly kind: 'reset'; readonly id: number }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'goAway' };

const types = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const;
/** First two bytes of a control frame of version 3. */
const control = 0x8003;
const fin = 1;
const headLength = 8;
/** Largest control frame, bytes. */
const maxControlBytes = 16 * 1024;
/** Frames read in one turn of the event loop. */
const framesPerTurn = 1_000;
const idMask = 0x7fff_ffff;

/**
 * Reads frames out of bytes, wherever those are cut. `take` resolves when everything in them has been seen to, and rejects with an
 * Error for what is no SPDY.
 */
export function frameReader(onFrame: (frame: Frame) => void | Promise<void>) {
  let held: Buffer = Buffer.alloc(0);
  /** The DATA frame that is being read. */
  let data: { readonly id: number; readonly isLast: boolean; left: number } | undefined;

  /** Takes one frame, or a part of one, off the front of `bytes`; answers the rest, undefined when more is needed. */
  const next = async (bytes: Buffer): Promise<Buffer | undefined> => {
    if (data) {
      const part = bytes.subarray(0, data.left);
      data.left -= part.length;
      const { id, isLast, left } = data;
      if (left === 0) data = undefined;
      await onFrame({ kind: 'data', id, isLast: isLast && left === 0, bytes: part });
      return bytes.subarray(part.length);
    }
    if (bytes.length < headLength) return undefined;
    const [flags, length] = [bytes.readUInt8(4), bytes.readUIntBE(5, 3)];
    if ((bytes.readUInt8(0) & 0x80) === 0) {
      data = { id: bytes.readUInt32BE(0), isLast: (flags & fin) !== 0, left: length };
      if (length > 0) return bytes.subarray(headLength);
      return next(bytes.subarray(headLength));
    }
    if (bytes.readUInt16BE(0) !== control) throw new Error('another version of SPDY');
    if (length > maxControlBytes) throw new Error('a frame is too large');
    if (bytes.length < headLength + length) return undefined;
    const frame = controlFrame(bytes.readUInt16BE(2), flags, bytes.subarray(headLength, headLength + length));
    if (frame) await onFrame(frame);
    return bytes.subarray(headLength + length);
  };

  return async (bytes: Buffer): Promise<void> => {
    let rest = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    for (let frames = 1; rest.length > 0; frames++) {
      const after = await next(rest);
      if (after === undefined) break;
      rest = after;
      // A message may hold a hundred thousand frames without anything in them.
      if (frames % framesPerTurn === 0) await new Promise<void>((resolve) => nextTurn(resolve));
    }
    held = rest;
  };
}

/** Undefined for a frame that needs no answer. Throws a RangeError for one that is too short. */
function controlFrame(type: number, flags: number, body: Buffer): Frame | undefined {
  const first = () => body.readUInt32BE(0) & idMask;
  switch (type) {
    case types.synStream:
      // Behind the id: the stream it belongs to, its priority, and a slot.
      return { kind: 'open', id: first(), isLast: (flags & fin) !== 0, block: body.subarray(10) };
    case types.rstStream:
      return { kind: 'reset', id: first() };
    case types.ping:
      return { kind: 'ping', id: body.readUInt32BE(0) };
    case types.goAway:
      return { kind: 'goAway' };
    default:
      return undefined;
  }
}

function framed(head: number, flags: number, ...parts: readonly Uint8Array[]): Buffer {
  const start = Buffer.alloc(headLength);
  start.writeUInt32BE(head);
  start.writeUInt8(flags, 4);
  start.writeUIntBE(
    parts.reduce((length, part) => length + part.length, 0),
    5,
    3,
  );
  return Buffer.concat([start, ...parts]);
}

const numbers = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at);
  return bytes;
};

const controlled = (type: number, ...parts: readonly Uint8Array[]): Buffer =>
  framed(control * 0x1_0000 + type, 0, ...parts);

/** Why a stream is reset: nobody has done anything with it. */
const refusedStream = 3;

export const dataFrame = (id: number, bytes: Uint8Array, isLast: boolean): Buffer =>
  framed(id, isLast ? fin : 0, bytes);
export const replyFrame = (id: number, block: Uint8Array): Buffer =>
  controlled(types.synReply, numbers(id), block);
export const refusalFrame = (id: number): Buffer => controlled(types.rstStream, numbers(id, refusedStream));
export const pingFrame = (id: number): Buffer => controlled(types.ping, numbers(id));
