import { definition as endpointslices } from './endpointslices/definition.ts';

/** In the order of discovery. */
export const discovery = [endpointslices] as const;
