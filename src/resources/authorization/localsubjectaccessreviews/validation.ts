import { type FieldError, FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import {
  quotedPath,
  specOf,
  validateEmptyMetadata,
  validateQuestion,
  validateSelectors,
  validateWho,
} from '../reviews.ts';

const path = FieldPath.of('spec');

export function validateLocalReview(review: KubeObject): FieldError[] {
  const spec = specOf(review);
  const { resourceAttributes: resource, nonResourceAttributes: nonResource } = spec;
  const namespace = resource?.namespace ?? '';
  const elsewhere = resource && namespace !== (review.metadata.namespace ?? '');
  return [
    ...validateQuestion(spec),
    ...validateWho(spec),
    ...validateSelectors(spec),
    ...validateEmptyMetadata(review, true),
    ...(elsewhere
      ? [invalid(path.child('resourceAttributes', 'namespace'), namespace, 'must match metadata.namespace')]
      : []),
    ...(nonResource
      ? [
          invalid(
            path.child('nonResourceAttributes'),
            quotedPath(nonResource),
            'disallowed on this kind of request',
          ),
        ]
      : []),
  ];
}
