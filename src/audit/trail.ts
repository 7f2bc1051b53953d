import { type Clock, formatMicroTime } from '../apimachinery/clock.ts';
import type { Status } from '../apimachinery/status.ts';
import type { UserInfo } from '../apimachinery/user.ts';
import type { AuditCounts } from './counts.ts';
import type { AuditDecision } from './policy.ts';
import {
  type AuditEvent,
  type AuditedRequest,
  type AuditSink,
  type EventUser,
  levels,
  type Stage,
} from './types.ts';

/** Where a request came from. */
export interface Origin {
  readonly auditId: string;
  /** As sent, without what must not be written down. */
  readonly requestUri: string;
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
  readonly receivedMs: number;
  /** Its answer goes on for as long as the client wants, so that its start is an event of its own. */
  readonly isLongRunning: boolean;
}

/** What is written down of one request while it is on its way. Made only for requests that are recorded. */
export interface AuditTrail {
  /** Whether bodies are wanted: making them costs. */
  readonly wantsRequest: boolean;
  readonly wantsResponse: boolean;
  /** The first event. Resolves to false when it was not taken and the request must not go on. */
  received(): boolean | Promise<boolean>;
  /** `constraint` is the right that was used, when it is one that is worth only what the sender does now. */
  impersonating(user: UserInfo, constraint: string | undefined): void;
  /** What the object that was sent calls itself, where the path does not say. */
  names(metadata: ObjectNames): void;
  /** The object that was sent, as JSON. */
  request(object: string): void;
  /** The answer begins. */
  responding(code: number): void;
  /** The answer is a Status. */
  status(status: Partial<Status>): void;
  /** The object of the answer, as JSON. */
  response(object: string): void;
  annotate(key: string, value: string): void;
  /** The last event. */
  complete(): void;
}

interface ObjectNames {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

interface TrailTools {
  readonly sink: AuditSink;
  readonly counts: AuditCounts;
  readonly clock: Clock;
}

/** Characters of a user agent that are kept. */
const maxUserAgentLength = 1024;
const truncatedSuffix = '...TRUNCATED';

export function startTrail(
  audited: AuditedRequest,
  origin: Origin,
  { level, omitStages, omitManagedFields }: AuditDecision,
  { sink, counts, clock }: TrailTools,
): AuditTrail {
  const event = firstEvent(audited, origin);
  event.level = level;
  let started = false;

  const emit = (stage: Stage): boolean | Promise<boolean> => {
    if (omitStages.has(stage)) return true;
    event.stage = stage;
    event.stageTimestamp =
      stage === 'RequestReceived' ? event.requestReceivedTimestamp : formatMicroTime(clock.now());
    counts.produced();
    return sink.process(event);
  };
  const trimmed = (object: string) => (omitManagedFields ? withoutManagedFields(object) : object);
  const responding = (code: number) => {
    event.responseStatus ??= { metadata: {} };
    event.responseStatus.code = code;
    if (started) return;
    started = true;
    if (origin.isLongRunning) void emit('ResponseStarted');
  };
  return {
    wantsRequest: levels.indexOf(level) >= levels.indexOf('Request'),
    wantsResponse: level === 'RequestResponse',
    received: () => emit('RequestReceived'),
    impersonating(user, constraint) {
      event.impersonatedUser = eventUser(user);
      if (constraint) event.authenticationMetadata = { impersonationConstraint: constraint };
    },
    names({ namespace, name, uid, resourceVersion }) {
      const reference = (event.objectRef ??= {});
      if (namespace) reference.namespace ||= namespace;
      if (name) reference.name ||= name;
      if (uid) reference.uid ||= uid;
      if (resourceVersion) reference.resourceVersion ||= resourceVersion;
    },
    request(object) {
      event.requestObject = trimmed(object);
    },
    responding,
    status({ status, message, reason, details, code }) {
      event.responseStatus = {
        metadata: {},
        ...(status ? { status } : {}),
        ...(message ? { message } : {}),
        ...(reason ? { reason } : {}),
        ...(details ? { details } : {}),
        ...(code ? { code } : {}),
      };
    },
    response(object) {
      event.responseObject = trimmed(object);
    },
    annotate(key, value) {
      // What was said first stays.
      (event.annotations ??= Object.create(null) as Record<string, string>)[key] ??= value;
    },
    complete() {
      if (!event.responseStatus) {
        event.responseStatus = {
          metadata: {},
          status: 'Success',
          message: 'Connection closed early',
          code: 200,
        };
        if (origin.isLongRunning) void emit('ResponseStarted');
      }
      void emit('ResponseComplete');
    },
  };
}

function firstEvent(audited: AuditedRequest, origin: Origin): AuditEvent {
  const received = formatMicroTime(origin.receivedMs);
  const { userAgent } = origin;
  return {
    level: 'None',
    auditID: origin.auditId,
    stage: 'RequestReceived',
    requestURI: origin.requestUri,
    verb: audited.verb,
    user: audited.user ? eventUser(audited.user) : {},
    ...(origin.sourceIps.length > 0 ? { sourceIPs: origin.sourceIps } : {}),
    ...(userAgent === ''
      ? {}
      : {
          userAgent:
            userAgent.length > maxUserAgentLength
              ? `${userAgent.slice(0, maxUserAgentLength)}${truncatedSuffix}`
              : userAgent,
        }),
    ...(audited.resourceRequest ? { objectRef: referenceOf(audited) } : {}),
    requestReceivedTimestamp: received,
    stageTimestamp: received,
  };
}

const eventUser = ({ name, uid, groups, extra }: UserInfo): EventUser => ({
  ...(name ? { username: name } : {}),
  ...(uid ? { uid } : {}),
  ...(groups.length > 0 ? { groups } : {}),
  ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
});

const referenceOf = ({ resource, namespace, name, group, version, subresource }: AuditedRequest) => ({
  resource,
  ...(namespace ? { namespace } : {}),
  ...(name ? { name } : {}),
  ...(group ? { apiGroup: group } : {}),
  apiVersion: version,
  ...(subresource ? { subresource } : {}),
});

/** Removes `metadata.managedFields` of an object, of the items of a list and of the rows of a table. */
function withoutManagedFields(json: string): string {
  if (!json.includes('"managedFields"')) return json;
  const object = JSON.parse(json);
  const strip = (one: { metadata?: { managedFields?: unknown } } | undefined) =>
    delete one?.metadata?.managedFields;
  strip(object);
  for (const item of object.items ?? []) strip(item);
  for (const row of object.rows ?? []) strip(row.object);
  return JSON.stringify(object);
}
