import type { Caller } from '../registry/context.ts';
import type { WriteOptions } from './options/query.ts';
import { type Request, warn } from './request.ts';

/** The sender of a write, as the registry sees it. */
export const callerOf = (
  request: Request,
  options: Pick<WriteOptions, 'dryRun' | 'fieldValidation'> & Partial<Pick<WriteOptions, 'given'>>,
): Caller => ({
  user: request.user,
  dryRun: options.dryRun,
  fieldValidation: options.fieldValidation,
  ...(options.given ? { options: options.given } : {}),
  warn: (text) => warn(request, text),
  annotate: (key, value) => request.audit?.annotate(key, value),
  annotateContent(key, value) {
    if (request.audit?.wantsRequest) request.audit.annotate(key, value);
  },
});
