import type { Strategy } from '../../../scheme/definition.ts';
import {
  specOf,
  validateEmptyMetadata,
  validateQuestion,
  validateSelectors,
  validateWho,
} from '../reviews.ts';

export const strategy: Strategy = {
  validate: (review) => [
    ...validateQuestion(specOf(review)),
    ...validateWho(specOf(review)),
    ...validateSelectors(specOf(review)),
    ...validateEmptyMetadata(review, false),
  ],
};
