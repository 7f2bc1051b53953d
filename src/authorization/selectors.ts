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

/** Undefined when the text cannot be read. */
export type ReadTerms = (text: string) => readonly SelectorTerm[] | undefined;

/** The terms of a field selector. */
export const fieldTerms: ReadTerms = (text) => {
  try {
    return parseFieldSelector(text).requirements.map(({ field, op, value }) => ({
      key: field,
      operator: op === '=' ? 'In' : 'NotIn',
      values: [value],
    }));
  } catch {
    return undefined;
  }
};

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
export const labelTerms: ReadTerms = (text) => {
  try {
    return parseLabelSelector(text).requirements.flatMap(({ key, operator, values }) => {
      const name = operators[operator];
      if (!name) return [];
      return [{ key, operator: name, ...(values.length === 0 ? {} : { values: [...values] }) }];
    });
  } catch {
    return undefined;
  }
};

/** Whether the terms let through only objects whose field has this value. */
export const requires = (terms: readonly SelectorTerm[] | undefined, key: string, value: string): boolean =>
  (terms ?? []).some(
    (term) =>
      term.key === key && term.operator === 'In' && term.values?.length === 1 && term.values[0] === value,
  );
