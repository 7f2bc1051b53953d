import assert from 'node:assert/strict';
import type { Json } from '../../src/apimachinery/object.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import { ApiError } from '../../src/apimachinery/status.ts';

/** Freezes all the way down, so that a test fails when an argument is changed. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

/** Runs `patch` and expects an ApiError with this code; `text` is looked for in message and causes. */
export function assertRefused(patch: () => unknown, code: number, text: string): void {
  assert.throws(patch, (error: unknown) => {
    assert.ok(error instanceof ApiError, String(error));
    const causes = error.status.details?.causes ?? [];
    const texts = [error.message, ...causes.map((cause) => cause.message ?? '')];
    assert.equal(error.code, code, texts.join('; '));
    assert.ok(
      texts.some((candidate) => candidate.includes(text)),
      `${JSON.stringify(texts)} should hold ${JSON.stringify(text)}`,
    );
    return true;
  });
}

/** A random JSON value of a few levels, keys from a small alphabet so that values have fields in common. */
export function randomJson(random: Random, depth: number, withNulls: boolean): Json {
  const kind = random.int(depth > 0 ? 7 : 4);
  if (kind === 0) return withNulls ? null : false;
  if (kind === 1) return random.int(5);
  if (kind === 2) return ['', 'x', '__proto__', 'ü'][random.int(4)]!;
  if (kind === 3) return random.int(2) === 0;
  if (kind === 4)
    return Array.from({ length: random.int(4) }, () => randomJson(random, depth - 1, withNulls));
  return randomMap(random, depth, withNulls);
}

export function randomMap(random: Random, depth: number, withNulls: boolean): Json {
  const fields = Array.from({ length: random.int(5) }, () => {
    const key = ['a', 'b', 'c', '__proto__', 'constructor'][random.int(5)]!;
    return `${JSON.stringify(key)}:${JSON.stringify(randomJson(random, depth - 1, withNulls))}`;
  });
  return JSON.parse(`{${fields.join(',')}}`) as Json;
}
