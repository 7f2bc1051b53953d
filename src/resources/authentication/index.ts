import { definition as selfsubjectreviews } from './selfsubjectreviews/definition.ts';
import { definition as tokenreviews } from './tokenreviews/definition.ts';

/** In the order of discovery. */
export const authentication = [selfsubjectreviews, tokenreviews] as const;
