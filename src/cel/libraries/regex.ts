import { patternOf } from '../patterns.ts';
import type { Functions } from './library.ts';

const found = (text: string, pattern: string, limit: number): string[] => {
  const all: string[] = [];
  for (const [match] of patternOf(pattern).matchAll(text)) {
    if (all.length >= limit) break;
    all.push(match);
  }
  return all;
};

/** Kubernetes' `regex` library, and `matches` as a function. */
export const regexFunctions: Functions = {
  'string.find(string): string': (text: string, pattern: string) => found(text, pattern, 1)[0] ?? '',
  'string.findAll(string): list<string>': (text: string, pattern: string) =>
    found(text, pattern, Number.POSITIVE_INFINITY),
  'string.findAll(string, int): list<string>': (text: string, pattern: string, limit: bigint) =>
    found(text, pattern, limit < 0n ? Number.POSITIVE_INFINITY : Number(limit)),
  'matches(string, string): bool': (text: string, pattern: string) => patternOf(pattern).test(text),
};
