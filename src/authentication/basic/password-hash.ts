import * as crypto from 'node:crypto';
import type { Random } from '../../apimachinery/random.ts';

/** What is stored instead of a password, or the password itself. */
export interface StoredPassword {
  readonly isHashed: boolean;
  /** Takes long and much memory when it is hashed, on another thread. Rejects when the machine cannot do it. */
  readonly matches: (password: string) => Promise<boolean>;
}

/** Memory that one check may need, bytes. */
export const maxHashMemoryBytes = 256 * 1024 * 1024;
/** Rounds and lanes of one check. */
const maxHashPasses = 16;
const minHashBytes = 16;
const maxHashBytes = 64;

const bytesPerBlock = 128;
const kibibyte = 1024;

/**
 * Reads what stands in the place of a password: `scrypt$N$r$p$salt$hash` with salt and hash in base64 (RFC 7914),
 * `$argon2id$v=19$m=65536,t=3,p=4$salt$hash` (RFC 9106), or the password. Throws an Error, which never quotes the text, for
 * something that looks like a hash and is none, or that would take too much.
 */
export function parseStoredPassword(text: string): StoredPassword {
  if (text.startsWith('scrypt$')) return scryptPassword(text);
  if (text.startsWith('$argon2id$')) return argon2Password(text);
  if (/^\$[\w-]+\$/.test(text))
    throw new Error('unknown kind of password hash; scrypt and argon2id are known');
  return plainPassword(text);
}

const base64 = (text: string): Buffer => Buffer.from(text, 'base64');

function plainPassword(text: string): StoredPassword {
  const wanted = digest(text);
  return {
    isHashed: false,
    matches: async (password) => crypto.timingSafeEqual(digest(password), wanted),
  };
}

/** Texts of any length become comparable in constant time. */
const digest = (text: string): Buffer => crypto.createHash('sha256').update(text).digest();

const scryptForm = /^scrypt\$(\d{1,9})\$(\d{1,4})\$(\d{1,4})\$([\w+/]+=*)\$([\w+/]+=*)$/;

function scryptPassword(text: string): StoredPassword {
  const [, n = '', r = '', p = '', salt = '', hash = ''] = scryptForm.exec(text) ?? [];
  if (hash === '') throw new Error('not of the form scrypt$N$r$p$salt$hash');
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const wanted = base64(hash);
  checkCost(bytesPerBlock * cost.N * cost.r, cost.p, wanted);
  if (cost.N < 2 || (cost.N & (cost.N - 1)) !== 0) throw new Error('N of scrypt must be a power of two');
  if (cost.r === 0 || cost.p === 0) throw new Error('r and p of scrypt must not be 0');
  return {
    isHashed: true,
    matches: async (password) =>
      crypto.timingSafeEqual(await scrypt(password, base64(salt), wanted.length, cost), wanted),
  };
}

interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

function scrypt(password: string, salt: Buffer, length: number, cost: ScryptCost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // The runtime counts a little more than the blocks.
  const options = { ...cost, maxmem: 2 * maxHashMemoryBytes };
  crypto.scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  return promise;
}

const argon2Form = /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,4}),p=(\d{1,4})\$([\w+/]+)\$([\w+/]+)$/;

function argon2Password(text: string): StoredPassword {
  const [, m = '', t = '', p = '', salt = '', hash = ''] = argon2Form.exec(text) ?? [];
  if (hash === '') throw new Error('not of the form $argon2id$v=19$m=…,t=…,p=…$salt$hash');
  if (typeof crypto.argon2 !== 'function')
    throw new Error('argon2id needs Node 24.7 or newer; scrypt does not');
  const [memory, passes, parallelism] = [Number(m), Number(t), Number(p)];
  const [nonce, wanted] = [base64(salt), base64(hash)];
  checkCost(memory * kibibyte, Math.max(passes, parallelism), wanted);
  if (nonce.length < 8 || passes === 0 || parallelism === 0 || memory < 8 * parallelism) {
    throw new Error('these parameters of argon2id are not allowed (RFC 9106, 3.1)');
  }
  const parameters = { nonce, memory, passes, parallelism, tagLength: wanted.length };
  const derive = (message: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    crypto.argon2('argon2id', { ...parameters, message }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
    return promise;
  };
  return {
    isHashed: true,
    matches: async (password) => crypto.timingSafeEqual(await derive(password), wanted),
  };
}

function checkCost(memoryBytes: number, passes: number, hash: Buffer): void {
  if (memoryBytes > maxHashMemoryBytes) {
    throw new Error(`a check would need more than ${maxHashMemoryBytes} bytes of memory`);
  }
  if (passes > maxHashPasses) throw new Error(`a check would take more than ${maxHashPasses} passes`);
  if (hash.length < minHashBytes || hash.length > maxHashBytes) {
    throw new Error(`a hash must have ${minHashBytes} to ${maxHashBytes} bytes`);
  }
}

/** What OWASP recommends for 32 MiB of memory. */
const cost: ScryptCost = { N: 32_768, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;

/** A password as it may stand in a file, hashed with scrypt and a salt of its own. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = Buffer.from(random.bytes(saltBytes));
  const hash = await scrypt(password, salt, hashBytes, cost);
  const text = (bytes: Buffer) => bytes.toString('base64');
  return ['scrypt', cost.N, cost.r, cost.p, text(salt), text(hash)].join('$');
}
