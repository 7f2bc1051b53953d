import { type FieldError, type FieldPath, forbidden } from '../../apimachinery/field-error.ts';
import { validateAnnotations, validateLabels } from '../../apimachinery/labels-validation.ts';
import type { ObjectMeta } from '../../apimachinery/object.ts';

/** What else metadata has, in the order in which it is refused. */
const others = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

/** The metadata of claims that are made for pods: labels and annotations, nothing else. */
export function validateTemplateMetadata(metadata: ObjectMeta, path: FieldPath): FieldError[] {
  const given = others.filter((field) => (metadata as Record<string, unknown>)[field] !== undefined);
  return [
    ...validateAnnotations(metadata.annotations, path.child('annotations')),
    ...validateLabels(metadata.labels, path.child('labels')),
    // Upstream names the fields after those of a Go struct.
    ...given.map((field) => forbidden(path.child(field === 'uid' ? 'uID' : field), 'cannot be set')),
  ];
}
