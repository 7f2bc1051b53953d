import { goQuote } from './go-quote.ts';

/** Where in an object something is wrong: `spec.containers[0].image`, `metadata.labels[app]`. Text is made only when read. */
export class FieldPath {
  private readonly parent: FieldPath | undefined;
  private readonly segment: string | number;
  private readonly inBrackets: boolean;

  private constructor(parent: FieldPath | undefined, segment: string | number, inBrackets: boolean) {
    this.parent = parent;
    this.segment = segment;
    this.inBrackets = inBrackets;
  }

  static readonly root: FieldPath = new FieldPath(undefined, '', false);

  static of(...names: string[]): FieldPath {
    return FieldPath.root.child(...names);
  }

  child(...names: string[]): FieldPath {
    let path: FieldPath = this;
    for (const name of names) path = new FieldPath(path, name, false);
    return path;
  }

  index(index: number): FieldPath {
    return new FieldPath(this, index, true);
  }

  key(key: string): FieldPath {
    return new FieldPath(this, key, true);
  }

  toString(): string {
    let text = '';
    for (let path: FieldPath = this; path.parent; path = path.parent) {
      text = (path.inBrackets ? `[${path.segment}]` : `.${path.segment}`) + text;
    }
    return text.startsWith('.') ? text.slice(1) : text;
  }
}

/** The reasons of `metav1.CauseType` that validation uses. */
export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueDuplicate'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One finding of validation. `message` is the text after `<field>: `, already in the reference server's wording. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly message: string;
}

const withDetail = (text: string, detail: string) => (detail === '' ? text : `${text}: ${detail}`);

/** A value that is longer is cut: many findings may quote one value that is nearly as large as a body. Characters. */
const maxValueChars = 16 * 1024;

/** A value as Go's `field.Error` prints it: strings quoted, objects as JSON, nothing as `null`. */
function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value !== 'string' && typeof value !== 'object') return String(value);
  const text =
    typeof value === 'string' ? goQuote(value.slice(0, maxValueChars)) : startOfJson(value, maxValueChars);
  return text.length > maxValueChars ? `${text.slice(0, maxValueChars)}…` : text;
}

/** The JSON of a value. Stops somewhere beyond `maxChars`, so that the work has a limit, too. */
function startOfJson(value: unknown, maxChars: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, maxChars));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const isList = Array.isArray(value);
  let text = isList ? '[' : '{';
  for (const key of isList ? value.keys() : Object.keys(value)) {
    const item = (value as Record<string | number, unknown>)[key];
    if (item === undefined && !isList) continue;
    if (text.length > 1) text += ',';
    if (!isList) text += `${JSON.stringify(String(key).slice(0, maxChars))}:`;
    text += startOfJson(item, maxChars - text.length);
    if (text.length > maxChars) return text;
  }
  return text + (isList ? ']' : '}');
}

const error = (type: FieldErrorType, path: FieldPath, message: string): FieldError => ({
  type,
  field: path.toString(),
  message,
});

/** A mandatory value is missing. */
export const required = (path: FieldPath, detail = ''): FieldError =>
  error('FieldValueRequired', path, withDetail('Required value', detail));

/** A value breaks a rule; `detail` says which. */
export const invalid = (path: FieldPath, value: unknown, detail: string): FieldError =>
  error('FieldValueInvalid', path, withDetail(`Invalid value: ${valueText(value)}`, detail));

/** A value that must be unique occurs twice. */
export const duplicate = (path: FieldPath, value: unknown): FieldError =>
  error('FieldValueDuplicate', path, `Duplicate value: ${valueText(value)}`);

/** A value outside an enumeration. `supported` is printed in the given order, so sort where upstream sorts. */
export const notSupported = (path: FieldPath, value: unknown, supported: readonly string[]): FieldError =>
  error(
    'FieldValueNotSupported',
    path,
    `Unsupported value: ${valueText(value)}${supported.length > 0 ? `: supported values: ${supported.map(goQuote).join(', ')}` : ''}`,
  );

/** A field that may not be set, or not be changed, here. */
export const forbidden = (path: FieldPath, detail: string): FieldError =>
  error('FieldValueForbidden', path, withDetail('Forbidden', detail));

/** A reference to something that is not there. */
export const notFound = (path: FieldPath, value: unknown): FieldError =>
  error('FieldValueNotFound', path, `Not found: ${valueText(value)}`);

/** A text or map over its size. */
export const tooLong = (path: FieldPath, maxLength: number): FieldError =>
  error('FieldValueTooLong', path, `Too long: may not be more than ${maxLength} bytes`);

/** A list over its size. */
export const tooMany = (path: FieldPath, actual: number, max: number): FieldError =>
  error('FieldValueTooMany', path, `Too many: ${actual}: must have at most ${max} items`);

/** A value of the wrong JSON type. */
export const typeInvalid = (path: FieldPath, value: unknown, detail: string): FieldError =>
  error('FieldValueTypeInvalid', path, withDetail(`Invalid value: ${valueText(value)}`, detail));

/** Text of the immutable-field rule, as `apivalidation.FieldImmutableErrorMsg`. */
export const fieldImmutableMessage = 'field is immutable';
