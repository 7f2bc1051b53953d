import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
  tooMany,
} from '../../../apimachinery/field-error.ts';
import { findField } from './field-path.ts';
import { type JsonSchema, typeOf } from './json-schema.ts';

const maxSelectableFields = 8;
const scalarTypes = ['string', 'boolean', 'integer'];

/** Findings on the fields by which custom resources can be selected. */
export function validateSelectableFields(
  fields: readonly { jsonPath?: string }[],
  schema: JsonSchema,
  path: FieldPath,
): FieldError[] {
  const seen = new Set<string>();
  const errors = fields.flatMap(({ jsonPath = '' }, i) => {
    const at = path.index(i).child('jsonPath');
    if (jsonPath === '') return [required(at)];
    const found = findField(jsonPath, schema, false);
    if (typeof found === 'string') return [invalid(at, jsonPath, `is an invalid path: ${found}`)];
    const problems: FieldError[] = [];
    if (found.names[0] === 'metadata') {
      problems.push(invalid(at, jsonPath, 'must not point to fields in metadata'));
    }
    if (!scalarTypes.includes(typeOf(found.schema))) {
      const detail =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      problems.push(invalid(at, jsonPath, detail));
    }
    const key = found.names.join('.');
    if (seen.has(key)) problems.push(duplicate(at, jsonPath));
    seen.add(key);
    return problems;
  });
  return seen.size > maxSelectableFields
    ? [...errors, tooMany(path, seen.size, maxSelectableFields)]
    : errors;
}
