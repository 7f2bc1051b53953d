import type { IScopedResourceSelectorRequirement } from 'kubernetes-models/v1';

/** Whether a scope holds of an object that has these values for it: none, one, or several. */
export function holdsOf(
  { operator, values = [] }: IScopedResourceSelectorRequirement,
  present: readonly string[],
): boolean {
  switch (operator) {
    case 'Exists':
      return present.length > 0;
    case 'DoesNotExist':
      return present.length === 0;
    case 'In':
      return present.some((value) => values.includes(value));
    default:
      return present.length === 0 || present.some((value) => !values.includes(value));
  }
}
