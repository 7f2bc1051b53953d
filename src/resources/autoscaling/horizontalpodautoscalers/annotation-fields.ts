import { isRecord } from '../../../apimachinery/object.ts';
import { canonicalQuantity, QuantityError } from '../../../apimachinery/quantity.ts';

/** JSON in an annotation that does not have the shape it should: the annotation is passed over. */
export class ShapeError extends Error {}

type Struct = Readonly<Record<string, unknown>>;

/** Own fields only, absent like null. Structs come from annotations, which hold whatever their sender liked. */
const field = (struct: Struct, name: string): unknown => {
  const value = Object.hasOwn(struct, name) ? struct[name] : undefined;
  return value === null ? undefined : value;
};

export function textField(struct: Struct, name: string): string {
  const value = field(struct, name) ?? '';
  if (typeof value !== 'string') throw new ShapeError();
  return value;
}

export function integerField(struct: Struct, name: string): number | undefined {
  const value = field(struct, name);
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value;
  throw new ShapeError();
}

export function quantityField(struct: Struct, name: string): string | undefined {
  const value = field(struct, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') throw new ShapeError();
  try {
    return canonicalQuantity(String(value));
  } catch (error) {
    if (error instanceof QuantityError) throw new ShapeError();
    throw error;
  }
}

export function structField(struct: Struct, name: string): Struct | undefined {
  const value = field(struct, name);
  if (value === undefined || isRecord(value)) return value;
  throw new ShapeError();
}

export function listField(struct: Struct, name: string): Struct[] | undefined {
  const value = field(struct, name);
  if (value === undefined) return undefined;
  return structList(value);
}

export function structList(value: unknown): Struct[] {
  if (!Array.isArray(value) || !value.every(isRecord)) throw new ShapeError();
  return value;
}

/** A `metav1.LabelSelector`. */
export function selectorField(struct: Struct, name: string) {
  const selector = structField(struct, name);
  if (!selector) return undefined;
  const matchLabels = structField(selector, 'matchLabels');
  const matchExpressions = listField(selector, 'matchExpressions');
  if (matchLabels && !Object.values(matchLabels).every((value) => typeof value === 'string')) {
    throw new ShapeError();
  }
  return {
    ...(matchLabels ? { matchLabels: matchLabels as Record<string, string> } : {}),
    ...(matchExpressions ? { matchExpressions: matchExpressions.map(requirement) } : {}),
  };
}

function requirement(struct: Struct) {
  const values = field(struct, 'values') ?? [];
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) throw new ShapeError();
  return { key: textField(struct, 'key'), operator: textField(struct, 'operator'), values };
}
