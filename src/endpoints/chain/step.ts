import type { Core } from '../core.ts';
import type { Request } from '../request.ts';

/** One station of a request's way. Throws an ApiError, or answers the request, to end it; gives a promise only when it has to wait. */
export interface Step {
  readonly name: string;
  readonly run: (core: Core, request: Request) => void | Promise<void>;
}
