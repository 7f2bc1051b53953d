import { eventJson } from './event-json.ts';
import type { AuditEvent } from './types.ts';

/** Annotation of an event that lost its objects. */
const truncatedAnnotation = 'audit.k8s.io/truncated';

const bytesOf = (event: Readonly<AuditEvent>): number => Buffer.byteLength(eventJson(event));

/** The event, without its objects when it is too large, or undefined when that is not enough. */
export function truncated(event: Readonly<AuditEvent>, maxBytes: number): Readonly<AuditEvent> | undefined {
  if (bytesOf(event) <= maxBytes) return event;
  const { requestObject, responseObject, ...rest } = event;
  if (requestObject === undefined && responseObject === undefined) return undefined;
  const small = { ...rest, annotations: { ...rest.annotations, [truncatedAnnotation]: 'true' } };
  return bytesOf(small) <= maxBytes ? small : undefined;
}

/** Splits a batch so that no part is larger than `maxBytes`, single events aside. */
export function* parts(
  events: readonly Readonly<AuditEvent>[],
  maxBytes: number,
): Generator<readonly Readonly<AuditEvent>[]> {
  let part: Readonly<AuditEvent>[] = [];
  let size = 0;
  for (const event of events) {
    const bytes = bytesOf(event);
    if (part.length > 0 && size + bytes > maxBytes) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(event);
    size += bytes;
  }
  if (part.length > 0) yield part;
}
