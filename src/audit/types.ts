import type { RequestAttributes } from '../apimachinery/request-attributes.ts';
import type { UserInfo } from '../apimachinery/user.ts';

/** How much is recorded of a request (`audit.k8s.io/v1`), less to more. */
export const levels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type Level = (typeof levels)[number];

/** `Panic` is a word of policies only: what goes wrong unexpectedly is answered with a 500 here and recorded as such. */
export const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type Stage = (typeof stages)[number];

/** What a policy looks at. `user` is undefined when nobody knows who it is. */
export type AuditedRequest = Omit<RequestAttributes, 'user'> & { readonly user: UserInfo | undefined };

/** `authentication.k8s.io/v1` UserInfo, as events have it. */
export interface EventUser {
  username?: string;
  uid?: string;
  groups?: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}

export interface ObjectReference {
  resource?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiGroup?: string;
  apiVersion?: string;
  resourceVersion?: string;
  subresource?: string;
}

/** The bounded part of a Status. */
export interface ResponseStatus {
  metadata: Record<string, never>;
  status?: string;
  message?: string;
  reason?: string;
  details?: unknown;
  code?: number;
}

/** `audit.k8s.io/v1` Event. The objects are JSON texts, so that what is known as bytes is not read again. */
export interface AuditEvent {
  level: Level;
  auditID: string;
  stage: Stage;
  requestURI: string;
  verb: string;
  user: EventUser;
  impersonatedUser?: EventUser;
  authenticationMetadata?: { readonly impersonationConstraint: string };
  sourceIPs?: readonly string[];
  userAgent?: string;
  objectRef?: ObjectReference;
  responseStatus?: ResponseStatus;
  requestObject?: string;
  responseObject?: string;
  requestReceivedTimestamp: string;
  stageTimestamp: string;
  annotations?: Record<string, string>;
}

/**
 * Where events go. Called with every stage of every recorded request. Must not throw. Resolves to false when the event was not
 * taken and the request must not go on (`blocking-strict`); answers at once when nobody has to wait.
 */
export interface AuditSink {
  process(event: Readonly<AuditEvent>): boolean | Promise<boolean>;
  /** Sends on whatever is still held. Afterwards nothing is taken. */
  close(): Promise<void>;
}

/** The last stop of events: writes or sends some of them. Rejects when they are lost. */
export interface AuditBackend {
  readonly name: 'log' | 'webhook';
  deliver(events: readonly Readonly<AuditEvent>[]): Promise<void>;
  close(): Promise<void>;
}
