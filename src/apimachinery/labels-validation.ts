import { type FieldError, type FieldPath, invalid, tooLong } from './field-error.ts';
import { flatMapped, joined } from './lists.ts';
import { byteLength, isQualifiedName, isValidLabelValue } from './names.ts';

/** All keys and values of the annotations of one object together. */
export const maxAnnotationsBytes = 256 * 1024;

/** A label key, as `metav1validation.ValidateLabelName`. */
export const validateLabelName = (name: string, path: FieldPath): FieldError[] =>
  isQualifiedName(name).map((message) => invalid(path, name, message));

/** Keys and values of a label map. Findings stand on the map itself. */
export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: FieldPath,
): FieldError[] {
  if (labels === undefined) return [];
  return flatMapped(Object.keys(labels), (key) =>
    joined(
      validateLabelName(key, path),
      isValidLabelValue(labels[key]!).map((message) => invalid(path, labels[key], message)),
    ),
  );
}

/** Keys of an annotation map, whose case doesn't matter, and its total size. */
export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: FieldPath,
): FieldError[] {
  if (annotations === undefined) return [];
  const errors: FieldError[] = [];
  let totalBytes = 0;
  for (const key of Object.keys(annotations)) {
    for (const message of isQualifiedName(key.toLowerCase())) errors.push(invalid(path, key, message));
    totalBytes += byteLength(key) + byteLength(annotations[key]!);
  }
  if (totalBytes > maxAnnotationsBytes) errors.push(tooLong(path, maxAnnotationsBytes));
  return errors;
}
