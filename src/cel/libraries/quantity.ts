import {
  addQuantity,
  compareQuantity,
  parseQuantity,
  type Quantity,
  quantitySign,
  subQuantity,
  tryParseQuantity,
} from '../../apimachinery/quantity.ts';
import { type Functions, fail } from './library.ts';
import { isInt } from './replacements.ts';

const typeName = 'kubernetes.Quantity';
const oneNano = 1_000_000_000n;

class CelQuantity {
  readonly value: Quantity;

  constructor(value: Quantity) {
    this.value = value;
  }
}

export const quantityType = { name: typeName, type: CelQuantity };

function parse(text: string): CelQuantity {
  try {
    return new CelQuantity(parseQuantity(text));
  } catch (error) {
    return fail((error as Error).message);
  }
}

const whole = (value: bigint): CelQuantity => new CelQuantity({ nano: value * oneNano, format: 'DecimalSI' });

const isInteger = ({ value }: CelQuantity): boolean =>
  value.nano % oneNano === 0n && isInt(value.nano / oneNano);

const compare = (a: CelQuantity, b: CelQuantity): number => compareQuantity(a.value, b.value);

/** Kubernetes' `quantity` library. */
export const quantityFunctions: Functions = {
  'isQuantity(string): bool': (text: string) => tryParseQuantity(text) !== undefined,
  [`quantity(string): ${typeName}`]: parse,
  [`${typeName}.sign(): int`]: ({ value }: CelQuantity) => BigInt(quantitySign(value)),
  [`${typeName}.isInteger(): bool`]: isInteger,
  [`${typeName}.asInteger(): int`]: (quantity: CelQuantity) =>
    isInteger(quantity) ? quantity.value.nano / oneNano : fail('cannot convert value to integer'),
  [`${typeName}.asApproximateFloat(): double`]: ({ value }: CelQuantity) =>
    Number(value.nano) / Number(oneNano),
  [`${typeName}.isGreaterThan(${typeName}): bool`]: (a: CelQuantity, b: CelQuantity) => compare(a, b) > 0,
  [`${typeName}.isLessThan(${typeName}): bool`]: (a: CelQuantity, b: CelQuantity) => compare(a, b) < 0,
  [`${typeName}.compareTo(${typeName}): int`]: (a: CelQuantity, b: CelQuantity) => BigInt(compare(a, b)),
  [`${typeName}.add(${typeName}): ${typeName}`]: (a: CelQuantity, b: CelQuantity) =>
    new CelQuantity(addQuantity(a.value, b.value)),
  [`${typeName}.add(int): ${typeName}`]: (a: CelQuantity, b: bigint) =>
    new CelQuantity(addQuantity(a.value, whole(b).value)),
  [`${typeName}.sub(${typeName}): ${typeName}`]: (a: CelQuantity, b: CelQuantity) =>
    new CelQuantity(subQuantity(a.value, b.value)),
  [`${typeName}.sub(int): ${typeName}`]: (a: CelQuantity, b: bigint) =>
    new CelQuantity(subQuantity(a.value, whole(b).value)),
};

export const quantitiesEqual = (a: CelQuantity, b: CelQuantity): boolean => compare(a, b) === 0;
