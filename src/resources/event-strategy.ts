import type { Strategy } from '../scheme/definition.ts';
import { type EventGroup, validateEvent, validateEventUpdate } from './event-validation.ts';

/** How long an event is kept after it was last written (`--event-ttl`). */
const eventTtlSeconds = 60 * 60;

/** The strategy of events in one of their groups. */
export const eventStrategy = (group: EventGroup): Strategy => ({
  // The older of the two groups takes any name; the newer one looks at metadata after other things.
  metadataRules: 'anyName',
  validate: (object) => validateEvent(object, group),
  validateUpdate: (object, old) => validateEventUpdate(object, old, group),
  allowCreateOnUpdate: true,
  defaultPropagation: 'NoGarbageCollection',
  ttlSeconds: eventTtlSeconds,
});
