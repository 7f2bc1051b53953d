import { randomBytes } from 'node:crypto';

/** The only source of chance in the house; the real one is made by `server.ts`, tests pass a seeded one. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** An integer in [0, below). `below` is between 1 and 2^32. */
  int(below: number): number;
}

/** Bytes drawn from the system at once: a draw costs far more than the bytes it brings. */
const poolBytes = 4_096;
let pool: Buffer = Buffer.alloc(0);
let used = 0;

function drawn(length: number): Buffer {
  if (length > poolBytes) return randomBytes(length);
  if (used + length > pool.length) {
    pool = randomBytes(poolBytes);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + length));
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
}

/** The system's cryptographic randomness. */
export const cryptoRandom: Random = {
  bytes: drawn,
  int: (below) => Math.floor((drawn(6).readUIntBE(0, 6) / 2 ** 48) * below),
};

/** Deterministic chance from a 32-bit seed (mulberry32). Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next32 = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    bytes: (length) => Uint8Array.from({ length }, () => next32() & 0xff),
    int: (below) => Math.floor((next32() / 2 ** 32) * below),
  };
}

/** An RFC 4122 version 4 UUID, the form of `metadata.uid`. */
export function uuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Characters that cannot spell a word, as upstream's `utilrand.String` uses for generated names. */
export function randomSuffix(random: Random, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += suffixAlphabet[random.int(suffixAlphabet.length)];
  return text;
}

/**
 * Makes identifiers of the form of a UUID that differ from each other and from those of other processes. They cost no
 * randomness each, and may be guessed.
 */
export function requestIds(random: Random): () => string {
  const prefix = uuid(random).slice(0, -12);
  let count = random.int(2 ** 32);
  return () => prefix + (count++).toString(16).padStart(12, '0');
}
