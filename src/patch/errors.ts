import { ApiError, badRequest, bareError } from '../apimachinery/status.ts';

/** 400: the body is no patch of its type. `why` is the reference server's text. */
export const malformedPatch = (why: string): ApiError => badRequest(why);

/** Causes quote paths of the patch, which may be as long as a body. Characters. */
const maxCauseLength = 1_024;

/**
 * 422: the patch is well formed and cannot be applied to this object. The message is the fixed one of upstream's
 * `NewGenericServerResponse`; upstream loses the reason on the way, here it travels as a cause.
 */
export const inapplicablePatch = (why: string): ApiError =>
  new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'the server rejected our request due to an error in our request',
    reason: 'Invalid',
    details: {
      causes: [{ reason: 'FieldValueInvalid', message: why.slice(0, maxCauseLength), field: 'patch' }],
    },
    code: 422,
  });

/**
 * 500 without a reason: what upstream answers to a strategic merge patch that contradicts its schema, for want of a
 * better code. kubectl prints it as `Error from server: <message>`, and scripts look for that text.
 */
export const contradictoryPatch = (message: string): ApiError => bareError(message);
