import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { findField } from './field-path.ts';
import { hasField, type JsonSchema, rulesOf, textIn } from './json-schema.ts';

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

const hasLineBreak = (text: string) => /[\n\r]/.test(text);

/** Findings on the texts of `x-kubernetes-validations`; whether an expression compiles is not looked at here. */
export function validateRules(schema: JsonSchema, path: FieldPath): FieldError[] {
  return rulesOf(schema).flatMap((rule, i) =>
    validateRule(rule, schema, path.child('x-kubernetes-validations').index(i)),
  );
}

function validateRule(rule: JsonSchema, schema: JsonSchema, path: FieldPath): FieldError[] {
  const reason = textIn(rule, 'reason');
  const messageExpression = textIn(rule, 'messageExpression');
  return [
    ...validateRuleAndMessage(textIn(rule, 'rule').trim(), textIn(rule, 'message'), path),
    ...(messageExpression !== '' && messageExpression.trim() === ''
      ? [required(path.child('messageExpression'), 'messageExpression must be non-empty if specified')]
      : []),
    ...(!hasField(rule, 'reason') || reasons.includes(reason)
      ? []
      : [notSupported(path.child('reason'), reason, reasons)]),
    ...validateFieldPath(textIn(rule, 'fieldPath'), schema, path.child('fieldPath')),
  ];
}

function validateRuleAndMessage(rule: string, message: string, path: FieldPath): FieldError[] {
  const messagePath = path.child('message');
  if (rule === '') return [required(path.child('rule'), 'rule is not specified')];
  if (message !== '' && message.trim() === '') {
    return [invalid(messagePath, message, 'must be non-empty if specified')];
  }
  if (hasLineBreak(message.trim())) return [invalid(messagePath, message, 'must not contain line breaks')];
  return hasLineBreak(rule) && message.trim() === ''
    ? [required(messagePath, 'message must be specified if rule contains line breaks')]
    : [];
}

function validateFieldPath(fieldPath: string, schema: JsonSchema, path: FieldPath): FieldError[] {
  if (fieldPath === '') return [];
  const problems: string[] = [];
  if (fieldPath.trim() === '') problems.push('must be non-empty if specified');
  if (hasLineBreak(fieldPath)) problems.push('must not contain line breaks');
  if (typeof findField(fieldPath, schema, true) === 'string') problems.push('must be a valid path');
  return problems.map((problem) => invalid(path, fieldPath, problem));
}
