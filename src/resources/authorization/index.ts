import { definition as localsubjectaccessreviews } from './localsubjectaccessreviews/definition.ts';
import { definition as selfsubjectaccessreviews } from './selfsubjectaccessreviews/definition.ts';
import { definition as selfsubjectrulesreviews } from './selfsubjectrulesreviews/definition.ts';
import { definition as subjectaccessreviews } from './subjectaccessreviews/definition.ts';

/** In the order of discovery. */
export const authorization = [
  localsubjectaccessreviews,
  selfsubjectaccessreviews,
  selfsubjectrulesreviews,
  subjectaccessreviews,
] as const;
