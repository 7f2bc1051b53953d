import { definition as cronjobs } from './cronjobs/definition.ts';
import { definition as jobs } from './jobs/definition.ts';

/** In the order of discovery. */
export const batch = [cronjobs, jobs] as const;
