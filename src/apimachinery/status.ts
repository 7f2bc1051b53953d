import type { FieldError } from './field-error.ts';
import { type GroupKind, type GroupResource, groupKindText, groupResourceText } from './gvk.ts';

/** `metav1.StatusCause`. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** `metav1.StatusDetails`. */
export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** `metav1.Status`: the body of every error and of a delete that returns no object. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { resourceVersion?: string; continue?: string };
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code: number;
}

/** The one error that rooms above `kv` throw; `endpoints` writes its Status to the wire. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(status: Status) {
    super(status.message ?? status.reason ?? 'error');
    this.name = 'ApiError';
    this.status = status;
  }

  get code(): number {
    return this.status.code;
  }

  get reason(): string {
    return this.status.reason ?? '';
  }
}

function failure(code: number, reason: string, message: string, details?: StatusDetails): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details ? { details } : {}),
    code,
  });
}

const detailsOf = ({ group, resource }: GroupResource, name?: string): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(group ? { group } : {}),
  ...(resource ? { kind: resource } : {}),
});

/*
 * The constructors below carry the codes, reasons and messages of apimachinery `pkg/api/errors`.
 */

export const badRequest = (message: string): ApiError => failure(400, 'BadRequest', message);

export const unauthorized = (message = 'Unauthorized'): ApiError => failure(401, 'Unauthorized', message);

export const forbiddenError = (resource: GroupResource, name: string, why: string): ApiError => {
  const text = groupResourceText(resource);
  const message =
    name !== ''
      ? `${text} ${JSON.stringify(name)} is forbidden: ${why}`
      : text !== ''
        ? `${text} is forbidden: ${why}`
        : `forbidden: ${why}`;
  return failure(403, 'Forbidden', message, detailsOf(resource, name));
};

export const notFoundError = (resource: GroupResource, name: string): ApiError =>
  failure(
    404,
    'NotFound',
    `${groupResourceText(resource)} ${JSON.stringify(name)} not found`,
    detailsOf(resource, name),
  );

/** A path that names no resource or subresource. */
export const pathNotFound = (): ApiError =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {});

/** `isLeaving`: what has the name is being deleted, so that a later try may succeed. */
export const alreadyExists = (resource: GroupResource, name: string, isLeaving = false): ApiError =>
  failure(
    409,
    'AlreadyExists',
    `${isLeaving ? 'object is being deleted: ' : ''}${groupResourceText(resource)} ${JSON.stringify(name)} already exists`,
    detailsOf(resource, name),
  );

export const generateNameConflict = (resource: GroupResource, name: string): ApiError =>
  failure(
    409,
    'AlreadyExists',
    `${groupResourceText(resource)} ${JSON.stringify(name)} already exists, the server was not able to generate a unique name for the object`,
    { ...detailsOf(resource, name), retryAfterSeconds: 1 },
  );

export const conflict = (resource: GroupResource, name: string, why: string): ApiError =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${groupResourceText(resource)} ${JSON.stringify(name)}: ${why}`,
    detailsOf(resource, name),
  );

/** Why an update with an old resourceVersion is refused (`registry.OptimisticLockErrorMsg`). */
export const optimisticLockMessage =
  'the object has been modified; please apply your changes to the latest version and try again';

/** Findings that are shown in full, in characters of their texts; a body may cause hundreds of thousands. */
const maxShownErrorChars = 1024 * 1024;

function shownErrors(errors: readonly FieldError[]): number {
  let chars = 0;
  for (const [i, { field, message }] of errors.entries()) {
    chars += field.length + message.length;
    if (chars > maxShownErrorChars) return Math.max(i, 1);
  }
  return errors.length;
}

/** Findings in one text, duplicates named once (`field.ErrorList.ToAggregate`); `more` were left out. */
export function errorListText(errors: readonly FieldError[], more = 0): string {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  if (more > 0) texts.push(`and ${more} more`);
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
}

/** 422 with one cause per finding, duplicates folded as `field.ErrorList.ToAggregate` does. */
export function invalidError(kind: GroupKind, name: string, all: readonly FieldError[]): ApiError {
  const errors = all.slice(0, shownErrors(all));
  const list = errorListText(errors, all.length - errors.length);
  return failure(422, 'Invalid', `${groupKindText(kind)} ${JSON.stringify(name)} is invalid: ${list}`, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    ...(kind.kind ? { kind: kind.kind } : {}),
    causes: errors.map(({ type, field, message }) => ({ reason: type, message, field })),
  });
}

/** 405 of a path that exists with a method nobody handles. */
export const methodNotAllowed = (): ApiError =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** 405 of a resource that knows the method and not what is asked by it, such as a watch. */
export const verbNotSupported = (verb: string, resource: GroupResource): ApiError =>
  failure(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind ${JSON.stringify(groupResourceText(resource))}`,
    detailsOf(resource),
  );

export const notAcceptable = (supported: readonly string[]): ApiError =>
  failure(406, 'NotAcceptable', `only the following media types are accepted: ${supported.join(', ')}`);

export const unsupportedMediaType = (supported: readonly string[]): ApiError =>
  failure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${supported.join(', ')}`,
  );

/** 415 of a PATCH whose type is none of a patch: what the reference server's router says, before anything else looks at it. */
export const unsupportedPatchType = (): ApiError =>
  failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});

/** 413; the message stands behind a fixed start, as upstream. */
export const requestTooLarge = (why: string): ApiError =>
  failure(413, 'RequestEntityTooLarge', `Request entity too large: ${why}`);

/** 410: the asked-for revision has been compacted. */
export const expired = (message: string): ApiError => failure(410, 'Expired', message);

export const tooManyRequests = (message: string, retryAfterSeconds: number): ApiError =>
  failure(429, 'TooManyRequests', message, { retryAfterSeconds });

/** An error that the reference server sends as a line of text instead of a Status (`http.Error`). */
export class TextError extends ApiError {}

/** 404 of a path that leads nowhere at all. */
export const pageNotFound = (): TextError =>
  new TextError(failure(404, 'NotFound', '404 page not found', {}).status);

/** 429 of a request that there is no room for. */
export const tooManyRequestsText = (retryAfterSeconds: number): TextError =>
  new TextError(tooManyRequests('Too many requests, please try again later.', retryAfterSeconds).status);

export const internalError = (why: string): ApiError =>
  failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });

/** 503, with a hint when to retry where a retry is safe. */
export const serviceUnavailable = (message: string, retryAfterSeconds = 0): ApiError =>
  failure(503, 'ServiceUnavailable', message, retryAfterSeconds > 0 ? { retryAfterSeconds } : undefined);

/** 500 without a reason: what upstream makes of an error that nobody gave a code. */
export const bareError = (message: string): ApiError =>
  new ApiError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 });

/** 504 with a hint when to retry. */
export const timeoutError = (message: string, retryAfterSeconds = 0): ApiError =>
  failure(504, 'Timeout', `Timeout: ${message}`, { ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}) });

/** 504 of a read that names a revision from the future (`storage.NewTooLargeResourceVersionError`). */
export const tooLargeResourceVersion = (
  asked: number | bigint,
  current: number,
  retryAfterSeconds: number,
): ApiError =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  });

/** 501: known, and not here yet. Said by name rather than pretended. */
export const notImplemented = (what: string): ApiError =>
  failure(501, 'NotImplemented', `this version of Binnacle does not implement ${what}`);
