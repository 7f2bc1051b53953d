import { type FieldError, type FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import type { PrinterColumn } from './types.ts';

const types = ['boolean', 'date', 'integer', 'number', 'string'];
const formats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

/** A path of the simple form `.spec.replicas`. */
export const validateSimplePath = (text: string, path: FieldPath): FieldError[] =>
  text.startsWith('.') ? [] : [invalid(path, text, 'must be a simple json path starting with .')];

export function validateColumns(columns: readonly PrinterColumn[], path: FieldPath): FieldError[] {
  return columns.flatMap((column, i) => validateColumn(column, path.index(i)));
}

function validateColumn(column: PrinterColumn, path: FieldPath): FieldError[] {
  const { name = '', type = '', format = '', jsonPath = '' } = column;
  const oneType = `must be one of ${types.join(',')}`;
  const oneFormat = `must be one of ${formats.join(',')}`;
  return [
    ...(name === '' ? [required(path.child('name'))] : []),
    ...(type === '' ? [required(path.child('type'), oneType)] : []),
    ...(type === '' || types.includes(type) ? [] : [invalid(path.child('type'), type, oneType)]),
    ...(format === '' || formats.includes(format) ? [] : [invalid(path.child('format'), format, oneFormat)]),
    ...(jsonPath === ''
      ? [required(path.child('JSONPath'))]
      : validateSimplePath(jsonPath, path.child('JSONPath'))),
  ];
}
