/** One term of a field selector: the field must, or must not, equal the value. */
export interface FieldRequirement {
  readonly field: string;
  readonly op: '=' | '!=';
  readonly value: string;
}

/** A set of terms that must all hold. */
export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[];
  /** Canonical text, accepted by `parseFieldSelector`. */
  readonly text: string;
  readonly empty: boolean;
  /** `get` returns the value of a field, '' when the object has none. */
  matchesFields(get: (field: string) => string): boolean;
  /** The value a field is required to have, when the selector requires one. */
  exactMatch(field: string): string | undefined;
}

/** A selector that cannot be read; `message` is the reference server's, to be sent with a 400. */
export class FieldSelectorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FieldSelectorError';
  }
}

/** Why a selector on a field that its kind doesn't offer is refused. */
export const unsupportedFieldMessage = (field: string): string => `field label not supported: ${field}`;

export function fieldSelectorOf(requirements: readonly FieldRequirement[]): FieldSelector {
  return Object.freeze({
    requirements,
    text: requirements.map(({ field, op, value }) => `${field}${op}${escapeValue(value)}`).join(','),
    empty: requirements.length === 0,
    matchesFields: (get: (field: string) => string) =>
      requirements.every(({ field, op, value }) => (get(field) === value) === (op === '=')),
    exactMatch: (field: string) =>
      requirements.find((requirement) => requirement.field === field && requirement.op === '=')?.value,
  });
}

export const everyField: FieldSelector = fieldSelectorOf([]);

/** Reads `metadata.name=web,status.phase!=Running`; `\` escapes `,`, `=` and itself in values. Throws `FieldSelectorError`. */
export function parseFieldSelector(text: string): FieldSelector {
  if (text === '') return everyField;
  const terms = splitTerms(text)
    .filter((term) => term !== '')
    .sort();
  return fieldSelectorOf(terms.map((term) => parseTerm(term, text)));
}

/** Splits at commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function parseTerm(term: string, selector: string): FieldRequirement {
  const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
  if (!match) throw new FieldSelectorError(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [, field, operator, value] = match;
  return { field: field!, op: operator === '!=' ? '!=' : '=', value: unescapeValue(value!) };
}

function escapeValue(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&');
}

function unescapeValue(value: string): string {
  return value.replace(/\\(.?)|[,=]/gsu, (found, escaped: string | undefined) => {
    if (escaped === undefined) {
      // Upstream prints the character's number.
      throw new FieldSelectorError(
        `invalid field selector: unescaped character in value: ${found.codePointAt(0)}`,
      );
    }
    if (escaped === '\\' || escaped === ',' || escaped === '=') return escaped;
    throw new FieldSelectorError(`invalid field selector: invalid escape sequence: ${found}`);
  });
}
