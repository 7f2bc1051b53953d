import type { ILimitRangeItem } from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import {
  compareQuantity,
  formatQuantity,
  type Quantity,
  quantityOf,
} from '../../../apimachinery/quantity.ts';
import { type Quantities, quantitiesOf } from '../../validation/resource-list.ts';
import { isOvercommitAllowed } from '../../validation/resource-names.ts';

type ListName = 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio';

/** Two amounts of one resource of which the first may not be larger than the second, and what is said if it is. */
interface Order {
  readonly smaller: ListName;
  readonly larger: ListName;
  /** Where the finding stands, and whose value it shows. */
  readonly at: ListName;
  readonly shown: ListName;
  readonly message: (smaller: string, larger: string) => string;
}

const orders: readonly Order[] = [
  {
    smaller: 'min',
    larger: 'max',
    at: 'min',
    shown: 'min',
    message: (min, max) => `min value ${min} is greater than max value ${max}`,
  },
  {
    smaller: 'min',
    larger: 'defaultRequest',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    message: (min, request) => `min value ${min} is greater than default request value ${request}`,
  },
  {
    smaller: 'defaultRequest',
    larger: 'max',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    message: (request, max) => `default request value ${request} is greater than max value ${max}`,
  },
  {
    smaller: 'defaultRequest',
    larger: 'default',
    at: 'defaultRequest',
    shown: 'defaultRequest',
    message: (request, limit) =>
      `default request value ${request} is greater than default limit value ${limit}`,
  },
  {
    smaller: 'min',
    larger: 'default',
    at: 'default',
    shown: 'min',
    message: (min, limit) => `min value ${min} is greater than default value ${limit}`,
  },
  {
    smaller: 'default',
    larger: 'max',
    at: 'default',
    shown: 'max',
    message: (limit, max) => `default value ${limit} is greater than max value ${max}`,
  },
];

type Amounts = Readonly<Partial<Record<ListName, Quantity>>>;

/** How the amounts given for each resource must fit together. `used`: the lists that count for the item's type. */
export function validateAmounts(
  item: ILimitRangeItem,
  used: readonly ListName[],
  path: FieldPath,
): FieldError[] {
  const lists = new Map<ListName, Quantities>(used.map((list) => [list, quantitiesOf(item[list])]));
  const names = new Set([...lists.values()].flatMap((list) => [...list.keys()]));
  return [...names].flatMap((name) => {
    const amounts = Object.fromEntries(
      [...lists].flatMap(([list, quantities]) => {
        const quantity = quantities.get(name);
        return quantity ? [[list, quantity]] : [];
      }),
    ) as Amounts;
    return validateResource(name, amounts, path);
  });
}

function validateResource(name: string, amounts: Amounts, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const { smaller, larger, at, shown, message } of orders) {
    const low = amounts[smaller];
    const high = amounts[larger];
    if (!low || !high || compareQuantity(low, high) <= 0) continue;
    const text = message(formatQuantity(low), formatQuantity(high));
    errors.push(invalid(path.child(at).key(name), formatQuantity(amounts[shown]!), text));
  }
  return [
    ...errors,
    ...validateRatio(amounts, path.child('maxLimitRequestRatio').key(name)),
    ...validateOvercommit(name, amounts, path),
  ];
}

function validateRatio({ maxLimitRequestRatio: ratio, min, max }: Amounts, path: FieldPath): FieldError[] {
  if (!ratio) return [];
  const text = formatQuantity(ratio);
  const errors: FieldError[] = [];
  if (compareQuantity(ratio, quantityOf(1)) < 0)
    errors.push(invalid(path, text, `ratio ${text} is less than 1`));
  if (min && max) {
    const limit = Number(max.nano) / Number(min.nano);
    if (Number(ratio.nano) / 1e9 > limit) {
      errors.push(invalid(path, text, `ratio ${text} is greater than max/min = ${limit.toFixed(6)}`));
    }
  }
  return errors;
}

/** What can't be overcommitted, such as devices and huge pages, is asked for exactly as limited. */
function validateOvercommit(
  name: string,
  { default: limit, defaultRequest: request }: Amounts,
  path: FieldPath,
): FieldError[] {
  if (isOvercommitAllowed(name) || !limit || !request || compareQuantity(limit, request) === 0) return [];
  const text = `default value ${formatQuantity(limit)} must equal to defaultRequest value ${formatQuantity(request)} in ${name}`;
  return [invalid(path.child('defaultRequest').key(name), formatQuantity(request), text)];
}
