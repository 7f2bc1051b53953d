import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';
import {
  formatQuantity,
  type Quantity,
  quantityMilli,
  quantitySign,
  quantityValue,
  tryParseQuantity,
} from '../../apimachinery/quantity.ts';
import { isHugePageResource } from './pod-resources.ts';
import { quantitiesOf, type ResourceList } from './resource-list.ts';
import { isIntegerResource } from './resource-names.ts';

export const validateNonNegativeQuantity = (quantity: Quantity, path: FieldPath): FieldError[] =>
  quantitySign(quantity) < 0
    ? [invalid(path, formatQuantity(quantity), 'must be greater than or equal to 0')]
    : [];

export const validatePositiveQuantity = (quantity: Quantity, path: FieldPath): FieldError[] =>
  quantitySign(quantity) <= 0 ? [invalid(path, formatQuantity(quantity), 'must be greater than zero')] : [];

/** An amount of a resource: not negative, and whole where the resource has no fractions. */
export function validateResourceQuantityValue(
  name: string,
  quantity: Quantity,
  path: FieldPath,
): FieldError[] {
  const errors = validateNonNegativeQuantity(quantity, path);
  if (isIntegerResource(name) && quantityMilli(quantity) % 1000n !== 0n) {
    errors.push(invalid(path, formatQuantity(quantity), 'must be an integer'));
  }
  return errors;
}

/** Amounts of a list by `validateResourceQuantityValue`; the names are not looked at. */
export const validateResourceList = (list: ResourceList | undefined, path: FieldPath): FieldError[] =>
  [...quantitiesOf(list)].flatMap(([name, quantity]) =>
    validateResourceQuantityValue(name, quantity, path.key(name)),
  );

/** Huge pages come in whole pages of the size that the name of the resource tells. */
export function validateHugePages(name: string, quantity: Quantity, path: FieldPath): FieldError[] {
  if (!isHugePageResource(name)) return [];
  const pageSize = tryParseQuantity(name.slice('hugepages-'.length));
  const whole =
    pageSize !== undefined &&
    quantitySign(pageSize) > 0 &&
    quantityMilli(pageSize) % 1000n === 0n &&
    quantityValue(quantity) % quantityValue(pageSize) === 0n;
  if (whole) return [];
  const text = formatQuantity(quantity);
  return [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}
