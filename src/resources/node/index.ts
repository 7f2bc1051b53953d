import { definition as runtimeclasses } from './runtimeclasses/definition.ts';

/** In the order of discovery. */
export const node = [runtimeclasses] as const;
