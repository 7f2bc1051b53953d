import { StoreUnavailableError } from '../types.ts';

/** Status codes of gRPC (https://grpc.github.io/grpc/core/md_doc_statuscodes.html) that are told apart. */
export const grpcCode = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  outOfRange: 11,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** How a call failed: the status that came, or the one that the client library made. */
export interface CallFailure {
  readonly code: number;
  readonly details: string;
}

/** Thrown by the client for every call that has no answer. */
export class CallError extends Error {
  readonly failure: CallFailure;
  constructor(failure: CallFailure) {
    super(failure.details);
    this.name = 'CallError';
    this.failure = failure;
  }
}

const isFailure = (error: unknown, code: number, text: string): boolean =>
  error instanceof CallError && error.failure.code === code && error.failure.details.includes(text);

// etcd's own words (api/v3rpc/rpctypes): the code alone does not tell these apart.
export const isCompacted = (error: unknown): boolean =>
  isFailure(error, grpcCode.outOfRange, 'required revision has been compacted');
export const isFuture = (error: unknown): boolean =>
  isFailure(error, grpcCode.outOfRange, 'required revision is a future revision');
export const isLeaseNotFound = (error: unknown): boolean =>
  isFailure(error, grpcCode.notFound, 'requested lease not found');
export const isLeaseTaken = (error: unknown): boolean =>
  isFailure(error, grpcCode.failedPrecondition, 'lease already exists');
const isTooLarge = (error: unknown): boolean =>
  isFailure(error, grpcCode.invalidArgument, 'request is too large') ||
  isFailure(error, grpcCode.resourceExhausted, 'message larger than max');
const isFull = (error: unknown): boolean =>
  isFailure(error, grpcCode.resourceExhausted, 'database space exceeded');

/** That etcd does not let this client in, or not to do this. */
const isRefused = (error: unknown): boolean =>
  isFailure(error, grpcCode.unauthenticated, '') ||
  isFailure(error, grpcCode.permissionDenied, '') ||
  isFailure(error, grpcCode.invalidArgument, 'user name is empty') ||
  isFailure(error, grpcCode.invalidArgument, 'authentication failed');

/** Codes with which etcd refuses a request before anything of it happens. */
const refusals: readonly number[] = [
  grpcCode.invalidArgument,
  grpcCode.notFound,
  grpcCode.permissionDenied,
  grpcCode.resourceExhausted,
  grpcCode.failedPrecondition,
  grpcCode.outOfRange,
  grpcCode.unauthenticated,
];

/**
 * Failures with the code for "unavailable" after which the request is known to have had no effect: it was not sent, or the member
 * did not propose it.
 */
const notSent: readonly string[] = [
  'No connection established',
  'Name resolution failed',
  'etcdserver: no leader',
];

/** Whether the call certainly had no effect, so that it may be tried elsewhere even when it writes. */
export const hadNoEffect = ({ code, details }: CallFailure): boolean =>
  refusals.includes(code) ||
  (code === grpcCode.unavailable && notSent.some((text) => details.startsWith(text)));

/** Whether another member may do better. */
export const isElsewhere = ({ code }: CallFailure): boolean => code === grpcCode.unavailable;

const why = (error: CallError): string => {
  const { details } = error.failure;
  if (isFull(error)) return `etcd has no space left (${details})`;
  if (isRefused(error)) return `etcd refuses this client (${details})`;
  return `etcd: ${details}`;
};

/** The error of the contract for a failed call. `writes`: whether the call would have changed something. */
export function storeError(error: unknown, writes: boolean): unknown {
  if (!(error instanceof CallError)) return error;
  if (isTooLarge(error)) return new RangeError(`the value is larger than etcd takes (${error.message})`);
  return new StoreUnavailableError(why(error), writes && !hadNoEffect(error.failure), { cause: error });
}
