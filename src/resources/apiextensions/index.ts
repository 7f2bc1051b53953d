import { definition as customresourcedefinitions } from './customresourcedefinitions/definition.ts';

/** In the order of discovery. */
export const apiextensions = [customresourcedefinitions] as const;
