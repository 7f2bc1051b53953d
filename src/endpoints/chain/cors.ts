import { lazyPackage } from '../../apimachinery/lazy-package.ts';
import type { Core } from '../core.ts';
import type { Request } from '../request.ts';
import { respondEmpty } from '../respond.ts';

/** Tells whether pages of an origin, such as `https://example.test:8443`, may use the API. */
export type AllowsOrigin = (origin: string) => boolean;

/** Matched in linear time, whatever the pattern. */
const re2 = lazyPackage<{ readonly RE2JS: { compile(pattern: string): { test(text: string): boolean } } }>(
  're2js',
);

/** Longest `Origin` that is looked at. */
const maxOriginLength = 1024;

/**
 * Reads the regular expressions of `--cors-allowed-origins`. Undefined when there are none. Throws an Error for one that does
 * not compile, or that would let in origins which only contain an allowed one (CVE-2022-1996).
 */
export function allowedOrigins(patterns: readonly string[]): AllowsOrigin | undefined {
  if (patterns.length === 0) return undefined;
  const compiled = patterns.map(compile);
  return (origin) => origin.length <= maxOriginLength && compiled.some((pattern) => pattern.test(origin));
}

function compile(pattern: string) {
  if (pattern === '') throw new Error('empty value in --cors-allowed-origins');
  const refuse = (why: string) =>
    new Error(`--cors-allowed-origins has an invalid regular expression: ${JSON.stringify(pattern)}: ${why}`);
  const pinsStart = pattern.includes('^') || pattern.includes('//');
  const pinsEnd = pattern.includes('$') || pattern.includes(':');
  if (!pinsStart || !pinsEnd) {
    throw refuse('regular expression does not pin to start/end of host in the origin header');
  }
  try {
    return re2().RE2JS.compile(pattern);
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

const common = Object.freeze({
  'access-control-allow-methods': 'POST, GET, OPTIONS, PUT, DELETE, PATCH',
  'access-control-allow-headers':
    'Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, X-Requested-With, If-Modified-Since',
  'access-control-expose-headers': 'Date',
  'access-control-allow-credentials': 'true',
});

/** Lets the pages of allowed origins in; what a browser asks beforehand is answered here (`WithCORS` of apiserver). */
export function allowOrigin({ allowsOrigin }: Core, request: Request): void {
  if (!allowsOrigin) return;
  const { origin } = request.exchange.headers;
  if (!origin || !allowsOrigin(origin)) return;
  request.cors = { 'access-control-allow-origin': origin, ...common };
  if (request.exchange.method === 'OPTIONS') respondEmpty(request, 204);
}
