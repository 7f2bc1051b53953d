import { definition as storageversionmigrations } from './storageversionmigrations/definition.ts';

/** In the order of discovery. */
export const storagemigration = [storageversionmigrations] as const;
