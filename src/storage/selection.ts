import type { FieldSelector } from '../apimachinery/field-selector.ts';
import type { LabelSelector } from '../apimachinery/label-selector.ts';
import type { Entry } from './entry.ts';
import { glance } from './glance.ts';
import { type FieldReader, type Mark, markOf } from './mark.ts';

/** Which objects a list or watch wants. */
export interface Selection {
  readonly everything: boolean;
  matches(entry: Entry): boolean;
  /** The one name it asks for, when it asks for one. */
  readonly name: string | undefined;
  /** Something that all it wants have in common, by which changes are looked up; undefined when there is nothing such. */
  readonly mark: Mark | undefined;
}

export const selectEverything: Selection = {
  everything: true,
  matches: () => true,
  name: undefined,
  mark: undefined,
};

/**
 * Objects that match both selectors. Most entries are turned down by searching their bytes for the wanted value, which
 * costs a fraction of parsing them; only the rest are decoded.
 */
export function selection(
  labels: LabelSelector,
  fields: FieldSelector,
  readerOf: (field: string) => FieldReader,
): Selection {
  if (labels.empty && fields.empty) return selectEverything;
  const needles = [...labelNeedles(labels), ...fieldNeedles(fields)];
  const matches = (entry: Entry): boolean => {
    for (const needle of needles) if (!entry.bytes.includes(needle)) return false;
    const object = glance(entry);
    return labels.matches(object.metadata.labels) && fields.matchesFields((field) => readerOf(field)(object));
  };
  const verdicts = new WeakMap<Entry, boolean>();
  return {
    everything: false,
    matches(entry) {
      let verdict = verdicts.get(entry);
      if (verdict === undefined) verdicts.set(entry, (verdict = matches(entry)));
      return verdict;
    },
    name: plainName(fields.exactMatch('metadata.name')),
    mark: markOf(labels, fields, readerOf),
  };
}

/** `"app":"web"` must stand in the bytes of whatever matches `app=web`: values of labels need no escaping in JSON. */
function labelNeedles({ requirements }: LabelSelector): Buffer[] {
  return requirements
    .filter(
      ({ operator, values }) =>
        (operator === '=' || operator === '==' || operator === 'in') && values.length === 1,
    )
    .map(({ key, values }) => Buffer.from(`${JSON.stringify(key)}:${JSON.stringify(values[0])}`));
}

/**
 * A text that a field must equal stands in the bytes. Not so numbers and booleans, which stand there without quotes and
 * may be what an absent field counts as; nor characters that encoders of JSON escape differently.
 */
function fieldNeedles({ requirements }: FieldSelector): Buffer[] {
  return requirements
    .filter(({ op, value }) => op === '=' && isPlainText(value))
    .map(({ value }) => Buffer.from(`"${value}"`));
}

const isPlainText = (value: string): boolean =>
  /^[ -~]*[A-Za-z][ -~]*$/.test(value) &&
  !/["\\<>&]/.test(value) &&
  value !== 'true' &&
  value !== 'false' &&
  Number.isNaN(Number(value));

/** Keys escape other characters, so that only plain names can be looked up by key. */
const plainName = (name: string | undefined): string | undefined =>
  name !== undefined && /^[!-~]+$/.test(name) ? name : undefined;
