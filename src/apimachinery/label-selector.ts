import { type FieldError, FieldPath, invalid, notSupported } from './field-error.ts';
import { isQualifiedName, isValidLabelValue } from './names.ts';

export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One term of a selector. `values` are sorted and unique for `in` and `notin`, one for comparisons, none otherwise. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** A set of terms that must all hold. Shared and immutable. */
export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[];
  /** Canonical text, accepted by `parseLabelSelector`. */
  readonly text: string;
  /** True when it accepts every object. */
  readonly empty: boolean;
  /** Absent labels are none. */
  matches(labels: Readonly<Record<string, string>> | undefined): boolean;
}

/** `metav1.LabelSelector` as it stands in objects. */
export interface LabelSelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** A selector that cannot be read; `message` is the reference server's, to be sent with a 400. */
export class LabelSelectorError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LabelSelectorError';
  }
}

const binaryOperators = 'in, notin, =, ==, !=, gt, lt';
const allOperators = ['in', 'notin', '=', '==', '!=', 'gt', 'lt', 'exists', '!'];

export const everything: LabelSelector = Object.freeze({
  requirements: [],
  text: '',
  empty: true,
  matches: () => true,
});

export const nothing: LabelSelector = Object.freeze({
  requirements: [],
  text: '',
  empty: false,
  matches: () => false,
});

/** A selector of requirements that are already valid, in the given order. */
export function labelSelectorOf(requirements: readonly LabelRequirement[]): LabelSelector {
  if (requirements.length === 0) return everything;
  return Object.freeze({
    requirements,
    text: requirements.map(requirementText).join(','),
    empty: false,
    matches(labels: Readonly<Record<string, string>> | undefined) {
      for (const requirement of requirements) {
        if (!requirementMatches(requirement, labels)) return false;
      }
      return true;
    },
  });
}

function requirementMatches(
  { key, operator, values }: LabelRequirement,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'gt':
    case 'lt':
      return value !== undefined && integerMatches(operator, value, values[0]!);
  }
}

function integerMatches(operator: 'gt' | 'lt', value: string, than: string): boolean {
  const left = parseInteger(value);
  const right = parseInteger(than);
  if (left === undefined || right === undefined) return false;
  return operator === 'gt' ? left > right : left < right;
}

const maxInt64 = 2n ** 63n - 1n;

/** A signed 64-bit decimal integer, or undefined. */
function parseInteger(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return value <= maxInt64 && value >= -maxInt64 - 1n ? value : undefined;
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case 'gt':
      return `${key}>${values[0]}`;
    case 'lt':
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}

/** The findings on one requirement, as `labels.NewRequirement` reports them. */
function requirementErrors(key: string, operator: string, values: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  const keyErrors = isQualifiedName(key);
  if (keyErrors.length > 0) errors.push(invalid(FieldPath.of('key'), key, keyErrors.join('; ')));
  errors.push(...arityErrors(operator, values));
  for (const [i, value] of values.entries()) {
    const valueErrors = isValidLabelValue(value);
    if (valueErrors.length > 0) {
      errors.push(invalid(FieldPath.of('values').index(i).key(key), value, valueErrors.join('; ')));
    }
  }
  return errors;
}

function arityErrors(operator: string, values: readonly string[]): FieldError[] {
  const path = FieldPath.of('values');
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length === 0
        ? [invalid(path, values, "for 'in', 'notin' operators, values set can't be empty")]
        : [];
    case '=':
    case '==':
    case '!=':
      return values.length === 1
        ? []
        : [invalid(path, values, 'exact-match compatibility requires one single value')];
    case 'exists':
    case '!':
      return values.length === 0
        ? []
        : [invalid(path, values, 'values set must be empty for exists and does not exist')];
    case 'gt':
    case 'lt':
      return values
        .map((value, i) => ({ value, i }))
        .filter(({ value }) => parseInteger(value) === undefined)
        .map(({ value, i }) =>
          invalid(path.index(i), value, "for 'Gt', 'Lt' operators, the value must be an integer"),
        );
    default:
      return [notSupported(FieldPath.of('operator'), operator, allOperators)];
  }
}

const errorText = (errors: readonly FieldError[]) => {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
};

function requirement(key: string, operator: LabelOperator, values: readonly string[]): LabelRequirement {
  const errors = requirementErrors(key, operator, values);
  if (errors.length > 0) throw new LabelSelectorError(errorText(errors));
  return { key, operator, values };
}

const byKey = (a: LabelRequirement, b: LabelRequirement) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
const sortedSet = (values: readonly string[]) => [...new Set(values)].sort();

interface Token {
  readonly kind: 'identifier' | 'end' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<';
  readonly text: string;
}

const endToken: Token = { kind: 'end', text: '' };

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [word] of text.matchAll(/==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+/g)) {
    const special = /^[=!(),<>]/.test(word);
    tokens.push({ kind: special ? (word as Token['kind']) : 'identifier', text: word });
  }
  return tokens;
}

const binary: ReadonlyMap<string, LabelOperator> = new Map([
  ['in', 'in'],
  ['notin', 'notin'],
  ['=', '='],
  ['==', '=='],
  ['!=', '!='],
  ['>', 'gt'],
  ['<', 'lt'],
]);

/**
 * Reads the text of a `labelSelector` parameter: `a=b,c!=d,e in (x,y),f notin (z),!g,h,i>1`. Throws `LabelSelectorError`.
 * Grammar and messages are those of apimachinery `labels.Parse`.
 */
export function parseLabelSelector(text: string): LabelSelector {
  if (text === '') return everything;
  const tokens = tokenize(text);
  let position = 0;
  const peek = () => tokens[position] ?? endToken;
  const next = () => tokens[position++] ?? endToken;
  const fail = (found: Token, expected: string): never => {
    throw new LabelSelectorError(`found '${found.text}', expected: ${expected}`);
  };

  const parseValues = (): string[] => {
    const open = next();
    if (open.kind !== '(') throw new LabelSelectorError(`found '${open.text}' expected: '('`);
    const first = peek();
    if (first.kind === ')') {
      next();
      return [''];
    }
    if (first.kind !== 'identifier' && first.kind !== ',') fail(first, "',', ')' or identifier");
    return parseList();
  };

  /** Values between commas; an empty place is the empty value. Ends after the closing parenthesis. */
  const parseList = (): string[] => {
    const values: string[] = [];
    for (;;) {
      const token = next();
      if (token.kind === 'identifier') {
        values.push(token.text);
        const after = peek();
        if (after.kind === ')') break;
        if (after.kind !== ',') fail(after, "',' or ')'");
      } else if (token.kind === ',') {
        const after = peek();
        if (values.length === 0 || after.kind === ',' || after.kind === ')') values.push('');
        if (after.kind === ')') break;
      } else {
        fail(token, "',', or identifier");
      }
    }
    next();
    return sortedSet(values);
  };

  const parseExactValue = (): string[] => {
    const after = peek();
    if (after.kind === 'end' || after.kind === ',') return [''];
    const value = next();
    if (value.kind !== 'identifier') fail(value, 'identifier');
    return [value.text];
  };

  const parseRequirement = (): LabelRequirement => {
    const negated = peek().kind === '!';
    if (negated) next();
    const key = next();
    if (key.kind !== 'identifier') fail(key, 'identifier');
    const keyErrors = isQualifiedName(key.text);
    // Upstream has no path at this place and prints it so.
    if (keyErrors.length > 0) {
      throw new LabelSelectorError(
        `<nil>: Invalid value: ${JSON.stringify(key.text)}: ${keyErrors.join('; ')}`,
      );
    }
    if (negated) return requirement(key.text, '!', []);
    if (peek().kind === 'end' || peek().kind === ',') return requirement(key.text, 'exists', []);
    const word = next();
    const operator = binary.get(word.text) ?? fail(word, binaryOperators);
    const values = operator === 'in' || operator === 'notin' ? parseValues() : parseExactValue();
    return requirement(key.text, operator, values);
  };

  const requirements: LabelRequirement[] = [];
  for (;;) {
    const start = peek();
    if (start.kind === 'end') break;
    if (start.kind !== 'identifier' && start.kind !== '!') fail(start, "!, identifier, or 'end of string'");
    requirements.push(wrapped(parseRequirement));
    const separator = next();
    if (separator.kind === 'end') break;
    if (separator.kind !== ',') fail(separator, "',' or 'end of string'");
    const after = peek();
    if (after.kind !== 'identifier' && after.kind !== '!') fail(after, "identifier after ','");
  }
  return labelSelectorOf(requirements.sort(byKey));
}

function wrapped(parseRequirement: () => LabelRequirement): LabelRequirement {
  try {
    return parseRequirement();
  } catch (error) {
    if (!(error instanceof LabelSelectorError)) throw error;
    throw new LabelSelectorError(`unable to parse requirement: ${error.message}`);
  }
}

const objectOperators: ReadonlyMap<string, LabelOperator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

/**
 * The selector that a `metav1.LabelSelector` means: absent selects nothing, empty everything. Throws
 * `LabelSelectorError` when it is invalid.
 */
export function selectorFromLabelSelector(selector: LabelSelectorObject | undefined | null): LabelSelector {
  if (selector === undefined || selector === null) return nothing;
  const requirements = selectorFromMap(selector.matchLabels).requirements.map(({ key, operator, values }) =>
    requirement(key, operator, values),
  );
  for (const { key, operator: name, values } of selector.matchExpressions ?? []) {
    const operator = objectOperators.get(name);
    if (operator === undefined) {
      throw new LabelSelectorError(`${JSON.stringify(name)} is not a valid label selector operator`);
    }
    requirements.push(requirement(key, operator, sortedSet(values ?? [])));
  }
  return labelSelectorOf(requirements.sort(byKey));
}

/** The selector of a plain map, as services and replication controllers have it. No map selects everything. */
export function selectorFromMap(labels: Readonly<Record<string, string>> | undefined): LabelSelector {
  const requirements = Object.keys(labels ?? {}).map(
    (key): LabelRequirement => ({ key, operator: '=', values: [labels![key]!] }),
  );
  return labelSelectorOf(requirements.sort(byKey));
}

/** A selector as tables print it: `a=b,c in (d,e)`, `<none>`, `<error>`. */
export function formatLabelSelector(selector: LabelSelectorObject | undefined | null): string {
  try {
    return selectorFromLabelSelector(selector).text || '<none>';
  } catch (error) {
    if (error instanceof LabelSelectorError) return '<error>';
    throw error;
  }
}
