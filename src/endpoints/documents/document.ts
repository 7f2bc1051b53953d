import type { Core } from '../core.ts';
import type { Request } from '../request.ts';

/** Answers a path, or undefined when it is none of its own. */
export type Document = (core: Core, request: Request) => Promise<void> | undefined;
