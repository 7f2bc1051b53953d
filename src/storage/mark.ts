import type { FieldRequirement, FieldSelector } from '../apimachinery/field-selector.ts';
import type { LabelSelector } from '../apimachinery/label-selector.ts';
import type { KubeObject } from '../apimachinery/object.ts';

/** Reads a field of an object, '' when it has none. One function per field and kind: who shares it shares an index. */
export type FieldReader = (object: KubeObject) => string;

/**
 * One thing that every object of a selection has: a label or a field with one of a few values. Changes are looked up by it,
 * so that a watch hears of what may concern it only; the selection itself still decides.
 */
export type Mark =
  | { readonly kind: 'label'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'field'; readonly read: FieldReader; readonly values: readonly string[] };

/** Most values of a mark: a watch is entered once for each. */
const maxMarkValues = 64;

/** The mark that few objects share, as far as that can be told from the selectors; undefined when they offer none. */
export function markOf(
  labels: LabelSelector,
  fields: FieldSelector,
  readerOf: (field: string) => FieldReader,
): Mark | undefined {
  const [field] = fields.requirements.filter(({ op }) => op === '=').sort((a, b) => rank(a) - rank(b));
  const label = labels.requirements.find(
    ({ operator, values }) =>
      (operator === '=' || operator === '==' || operator === 'in') && values.length <= maxMarkValues,
  );
  if (field && (!label || rank(field) < rankOfLabels))
    return { kind: 'field', read: readerOf(field.field), values: [field.value] };
  return label && { kind: 'label', key: label.key, values: label.values };
}

const rankOfLabels = 2;

/** A name is nearly unique and a spec says whose an object is (`spec.nodeName`), while very many may share a phase. */
function rank({ field }: FieldRequirement): number {
  if (field === 'metadata.name') return 0;
  return field.startsWith('spec.') ? 1 : rankOfLabels + 1;
}
