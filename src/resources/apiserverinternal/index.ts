import { definition as storageversions } from './storageversions/definition.ts';

/** In the order of discovery. */
export const apiserverinternal = [storageversions] as const;
