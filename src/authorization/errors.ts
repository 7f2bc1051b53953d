/** Several errors as one text, duplicates folded, in the form of `utilerrors.NewAggregate`; undefined when there is none. */
export function aggregateErrors(errors: readonly string[]): string | undefined {
  const unique = [...new Set(errors)];
  if (unique.length === 0) return undefined;
  return unique.length === 1 ? unique[0] : `[${unique.join(', ')}]`;
}
