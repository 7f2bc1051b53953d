import type { Clock } from '../apimachinery/clock.ts';
import { formatTime } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Client } from './client.ts';
import { createEventCorrelator } from './event-correlator.ts';
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from './failure.ts';
import { type Event, events } from './kinds.ts';
import { type AnyStored, apiVersionOf, type Resource } from './resource.ts';

export interface EventRecorder {
  /** Writes down what happened to `object`; in the background, and an event that cannot be written is only logged. */
  event(
    resource: Resource,
    object: Pick<AnyStored, 'metadata'>,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    /** Of a part of the object: `spec.containers{web}`. */
    fieldPath?: string,
  ): void;
}

export interface EventRecorderOptions {
  /** Must be allowed to create and patch events. */
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  /** Who says it: `deployment-controller`. */
  readonly component: string;
  /** The node on which it happened. */
  readonly host?: string;
}

interface Told {
  name: string;
  count: number;
}

/** Events whose repetition is counted instead of written anew (client-go's `maxLruCacheEntries`). */
const maxRemembered = 4_096;
const nanosecondsPerMs = 1_000_000;
/** Names that are tried for one event. */
const maxNames = 100;
/** Longest name of an object. */
const maxNameLength = 253;

/**
 * Writes core/v1 Events as client-go's recorder does: the same event again raises the count of the first one, many similar ones
 * become one, and of an object of which too much is told no more is written for a while. What is told of one object is written in the
 * order in which it happened.
 */
export function createEventRecorder({
  client,
  clock,
  log,
  component,
  host,
}: EventRecorderOptions): EventRecorder {
  const told = new Map<string, Told>();
  const correlate = createEventCorrelator(clock);
  const written = client.of(events);

  const remember = (key: string, entry: Told) => {
    told.delete(key);
    told.set(key, entry);
    if (told.size > maxRemembered) told.delete(told.keys().next().value!);
  };

  const { stamped, create } = eventWriter(client, clock);
  /** False when the event is gone. */
  const raised = async (namespace: string, event: string, change: object): Promise<boolean> => {
    try {
      await written.patch(namespace, event, 'merge', change);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  };
  const inTurn = sequences();

  return {
    event(resource, { metadata }, type, reason, text, fieldPath = '') {
      const now = formatTime(clock.now());
      const { namespace = '', name, uid, resourceVersion } = metadata;
      const where = namespace === '' ? 'default' : namespace;
      const subject = [resource.group, resource.resource, namespace, name, uid].join('\n');
      const { key, message, isTooMuch } = correlate({ subject, fieldPath, type, reason, message: text });
      const known = told.get(key);
      const draft = draftOf({
        metadata: { namespace: where, name: stamped(name) },
        involvedObject: {
          apiVersion: apiVersionOf(resource),
          kind: resource.kind,
          ...(namespace === '' ? {} : { namespace }),
          name,
          uid,
          resourceVersion,
          ...(fieldPath === '' ? {} : { fieldPath }),
        },
        type,
        reason,
        message,
        source: { component, ...(host === undefined ? {} : { host }) },
        firstTimestamp: now,
      });
      const one: Told = known ?? { name: draft.metadata.name, count: 0 };
      one.count++;
      remember(key, one);
      if (isTooMuch) return;
      const { count } = one;
      const write = async () => {
        if (known && (await raised(where, one.name, { count, lastTimestamp: now, message }))) return;
        // It is new, or has expired.
        one.name = await create(draft);
        if (known) one.count = 1;
      };
      inTurn(subject, async () => {
        try {
          await write();
        } catch (error) {
          if (isNamespaceTerminating(error) || isNotFound(error)) return;
          log.warn('an event could not be written', { component, object: name, reason, error });
        }
      });
    },
  };
}

/** Does what is asked for one `subject` one after the other, and what is for different ones side by side. `work` never fails. */
function sequences(): (subject: string, work: () => Promise<void>) => void {
  const last = new Map<string, Promise<void>>();
  return (subject, work) => {
    const before = last.get(subject);
    const done: Promise<void> = (before ? before.then(work) : work()).then(() => {
      if (last.get(subject) === done) last.delete(subject);
    });
    last.set(subject, done);
  };
}

type EventDraft = Omit<Event, 'metadata' | 'apiVersion' | 'kind'> & {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly involvedObject: { readonly name: string };
};

type Happening = Pick<
  EventDraft,
  'metadata' | 'involvedObject' | 'type' | 'reason' | 'message' | 'source' | 'firstTimestamp'
>;

/** As it is told for the first time. */
const draftOf = (happening: Happening): EventDraft => ({
  ...happening,
  lastTimestamp: happening.firstTimestamp,
  count: 1,
  reportingComponent: happening.source?.component ?? '',
  reportingInstance: happening.source?.host ?? '',
});

/** Gives events names that nobody else has given to one. */
function eventWriter(client: Client, clock: Clock) {
  const written = client.of(events);
  let sequence = 0;
  const stamped = (name: string) => {
    const stamp = BigInt(Math.trunc(clock.now())) * BigInt(nanosecondsPerMs) + BigInt(sequence++);
    const end = `.${stamp.toString(16)}`;
    // A name must not become too long, nor one of its labels end with a hyphen.
    return name.slice(0, maxNameLength - end.length).replace(/[-.]+$/, '') + end;
  };

  /** Resolves with the name that the event has got. */
  const create = async (draft: EventDraft): Promise<string> => {
    const { metadata, involvedObject } = draft;
    for (let { name } = metadata, tries = 1; ; name = stamped(involvedObject.name), tries++) {
      try {
        await written.create(metadata.namespace, { ...draft, metadata: { ...metadata, name } } as never);
        return name;
      } catch (error) {
        // Somebody else told something of an object of this name in the same moment.
        if (!isAlreadyExists(error) || tries === maxNames) throw error;
      }
    }
  };
  return { stamped, create };
}
