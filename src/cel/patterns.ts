import { lazyPackage } from '../apimachinery/lazy-package.ts';
import type { AstNode } from './package.ts';
import { CelEvaluationError } from './types.ts';

/**
 * Regular expressions in the syntax of RE2, matched in linear time: JavaScript's own go back and forth, so that one expression
 * could stop the server.
 */
const re2 = lazyPackage<Re2Package>('re2js');

export interface Pattern {
  /** Whether it is found anywhere in the text. */
  test(text: string): boolean;
  matchAll(text: string): Iterable<RegExpMatchArray>;
}

interface Re2Package {
  readonly RE2JS: { compile(pattern: string): Pattern };
}

/** Longest pattern, characters. */
export const maxPatternLength = 4_096;
/** Compiled patterns that are kept. */
export const maxKeptPatterns = 500;

const kept = new Map<string, Pattern>();

/** Throws a CelEvaluationError when the text is no pattern. */
export function patternOf(text: string): Pattern {
  const found = kept.get(text);
  if (found) return found;
  const problem = patternProblem(text);
  if (problem !== undefined) throw new CelEvaluationError(problem);
  return kept.get(text)!;
}

function patternProblem(text: string): string | undefined {
  if (text.length > maxPatternLength) return `pattern is longer than ${maxPatternLength} characters`;
  try {
    const pattern = re2().RE2JS.compile(text);
    if (kept.size >= maxKeptPatterns) kept.clear();
    kept.set(text, pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const patternFunctions: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);

/** The first constant pattern of an expression that is none. */
export function constantPatternProblem(
  root: AstNode,
): { readonly message: string; readonly offset: number } | undefined {
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (Array.isArray(value)) waiting.push(...value);
    else if (isNode(value)) {
      waiting.push(value.args);
      const pattern = patternIn(value);
      const message = pattern && patternProblem(pattern.args as string);
      if (pattern && message) return { message, offset: pattern.start };
    }
  }
  return undefined;
}

const isNode = (value: unknown): value is AstNode =>
  value !== null && typeof value === 'object' && 'op' in value && 'args' in value;

function patternIn({ op, args }: AstNode): AstNode | undefined {
  if (op !== 'rcall' && op !== 'call') return undefined;
  const [name, ...rest] = args as [string, ...unknown[]];
  if (!patternFunctions.has(name)) return undefined;
  const pattern = (rest.flat() as AstNode[])[1];
  return pattern?.op === 'value' && typeof pattern.args === 'string' ? pattern : undefined;
}
