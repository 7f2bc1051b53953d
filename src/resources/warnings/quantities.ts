import type { FieldPath } from '../../apimachinery/field-error.ts';
import { flatMapped } from '../../apimachinery/lists.ts';
import { formatQuantity, parseQuantity, quantityMilli } from '../../apimachinery/quantity.ts';
import type { ResourceList } from '../validation/resource-list.ts';

/** Amounts of bytes that are no whole number. `path` is that of the list. */
export function fractionalByteWarnings(
  list: ResourceList | undefined,
  names: readonly string[],
  path: FieldPath,
): string[] {
  if (!list) return [];
  return flatMapped(names, (name) => {
    if (!Object.hasOwn(list, name)) return [];
    const quantity = parseQuantity(String(list[name]));
    if (quantityMilli(quantity) % 1000n === 0n) return [];
    const text = JSON.stringify(formatQuantity(quantity));
    return [`${path.key(name)}: fractional byte value ${text} is invalid, must be an integer`];
  });
}
