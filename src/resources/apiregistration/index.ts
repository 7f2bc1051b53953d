import { definition as apiservices } from './apiservices/definition.ts';

/** In the order of discovery. */
export const apiregistration = [apiservices] as const;
