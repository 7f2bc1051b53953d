import { definition as eventsV1 } from './events/definition.ts';

/** In the order of discovery. */
export const events = [eventsV1] as const;
