import { setOwn } from '../../apimachinery/object.ts';
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  roundUpToMilli,
} from '../../apimachinery/quantity.ts';

/** `core/v1 ResourceList`: amounts by resource name. */
export type ResourceList = Record<string, string | number>;

/** Parsed amounts by resource name. */
export type Quantities = ReadonlyMap<string, Quantity>;

export const noQuantities: Quantities = new Map();

/** The amounts of a list; the schema has checked that all are quantities. */
export function quantitiesOf(list: ResourceList | undefined): Quantities {
  if (list === undefined) return noQuantities;
  const quantities = new Map<string, Quantity>();
  for (const name of Object.keys(list)) quantities.set(name, parseQuantity(String(list[name])));
  return quantities;
}

/** Rounds the amounts of a list up to thousandths in place, as defaulting does wherever a resource list stands. */
export function roundResourceList(list: ResourceList | undefined): void {
  if (list === undefined) return;
  for (const name of Object.keys(list)) {
    const quantity = parseQuantity(String(list[name]));
    const rounded = roundUpToMilli(quantity);
    if (rounded !== quantity) setOwn(list, name, formatQuantity(rounded));
  }
}

/** Per name the sum. */
export function sumQuantities(a: Quantities, b: Quantities): Quantities {
  const sum = new Map(a);
  for (const [name, quantity] of b) {
    const other = sum.get(name);
    sum.set(name, other ? addQuantity(other, quantity) : quantity);
  }
  return sum;
}

/** Per name the larger one. */
export function maxQuantities(a: Quantities, b: Quantities): Quantities {
  const max = new Map(a);
  for (const [name, quantity] of b) {
    const other = max.get(name);
    if (!other || compareQuantity(quantity, other) > 0) max.set(name, quantity);
  }
  return max;
}
