import { parseFieldSelector } from '../apimachinery/field-selector.ts';
import { type LabelOperator, parseLabelSelector } from '../apimachinery/label-selector.ts';

export const selectorOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
export type SelectorOperator = (typeof selectorOperators)[number];

/** One term of the selector that a request narrows itself with, as access reviews write it. All terms must hold. */
export interface SelectorTerm {
  readonly key: string;
  readonly operator: SelectorOperator;
  /** Absent for operators that take none. */
  readonly values?: readonly string[];
}

/** The terms of a field selector; none when it cannot be read, as a selector can only narrow what is asked for. */
export function fieldTerms(text: string): readonly SelectorTerm[] {
  try {
    return parseFieldSelector(text).requirements.map(({ field, op, value }) => ({
      key: field,
      operator: op === '=' ? 'In' : 'NotIn',
      values: [value],
    }));
  } catch {
    return [];
  }
}

const operators: Readonly<Partial<Record<LabelOperator, SelectorOperator>>> = {
  '=': 'In',
  '==': 'In',
  in: 'In',
  '!=': 'NotIn',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

/** The terms of a label selector; those that access reviews cannot say are left out, which only asks for more. */
export function labelTerms(text: string): readonly SelectorTerm[] {
  try {
    return parseLabelSelector(text).requirements.flatMap(({ key, operator, values }) => {
      const name = operators[operator];
      if (!name) return [];
      return [{ key, operator: name, ...(values.length === 0 ? {} : { values: [...values] }) }];
    });
  } catch {
    return [];
  }
}

/** Whether the terms let through only objects whose field has this value. */
export const requires = (terms: readonly SelectorTerm[] | undefined, key: string, value: string): boolean =>
  (terms ?? []).some(
    (term) =>
      term.key === key && term.operator === 'In' && term.values?.length === 1 && term.values[0] === value,
  );
