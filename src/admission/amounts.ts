import { compareQuantity, tryParseQuantity } from '../apimachinery/quantity.ts';
import { ownValue } from './structs.ts';

/** A resource list: quantities by the name of the resource. */
export type Amounts = Readonly<Record<string, string | number>>;

/** True when both name the same resources with amounts of the same value, whatever their writing. */
export function sameAmounts(a: Amounts, b: Amounts): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => sameAmount(a[name], ownValue(b, name)))
  );
}

function sameAmount(a: string | number | undefined, b: string | number | undefined): boolean {
  const [left, right] = [a, b].map((amount) =>
    amount === undefined ? undefined : tryParseQuantity(String(amount)),
  );
  return left !== undefined && right !== undefined && compareQuantity(left, right) === 0;
}
