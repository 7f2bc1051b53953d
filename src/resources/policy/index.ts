import { definition as poddisruptionbudgets } from './poddisruptionbudgets/definition.ts';

/** In the order of discovery. */
export const policy = [poddisruptionbudgets] as const;
