import { definition as podgroups } from './podgroups/definition.ts';
import { definition as priorityclasses } from './priorityclasses/definition.ts';
import { definition as workloads } from './workloads/definition.ts';

/** In the order of discovery. */
export const scheduling = [priorityclasses, podgroups, workloads] as const;
