import { methodNotAllowed } from '../../apimachinery/status.ts';
import type { Core } from '../core.ts';
import type { Request } from '../request.ts';

/** Answers a path, or undefined when it is none of its own. */
export type Document = (core: Core, request: Request) => Promise<void> | undefined;

/** 405 unless a document is read. Those that do not ask answer every method, as those of the reference server do. */
export function requireRead({ exchange: { method } }: Request): void {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed();
}
