import type { Strategy } from '../../../scheme/definition.ts';
import { specOf, validateEmptyMetadata, validateQuestion, validateSelectors } from '../reviews.ts';

export const strategy: Strategy = {
  validate: (review) => [
    ...validateQuestion(specOf(review)),
    ...validateSelectors(specOf(review)),
    ...validateEmptyMetadata(review, false),
  ],
};
