import type { Target } from '../../registry/context.ts';
import type { Core } from '../core.ts';
import type { Request } from '../request.ts';

/** Does what a request asks of its target and answers it. Throws an ApiError to refuse. */
export type Verb = (core: Core, request: Request, target: Target) => Promise<void>;
