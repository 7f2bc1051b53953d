import { definition as leasecandidates } from './leasecandidates/definition.ts';
import { definition as leases } from './leases/definition.ts';

/** In the order of discovery. */
export const coordination = [leases, leasecandidates] as const;
