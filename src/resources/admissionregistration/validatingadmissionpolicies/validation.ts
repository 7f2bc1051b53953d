import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { byteLength } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateQualifiedName } from '../../validation/name-fields.ts';
import { repeated } from '../../validation/values.ts';
import { validatePolicy } from '../policies.ts';
import { type AuditAnnotation, specOf, type Validation } from './types.ts';

const maxAuditAnnotations = 20;
const maxValueExpressionBytes = 5 * 1024;
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const path = FieldPath.of('spec');

export function validateValidatingPolicy(policy: KubeObject): FieldError[] {
  const spec = specOf(policy);
  const { validations = [], auditAnnotations = [] } = spec;
  const errors = validatePolicy(spec, path);
  if (validations.length + auditAnnotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item';
    return [
      ...errors,
      required(path.child('validations'), detail),
      required(path.child('auditAnnotations'), detail),
    ];
  }
  return [
    ...errors,
    ...validations.flatMap((validation, i) =>
      validateValidation(validation, path.child('validations').index(i)),
    ),
    ...validateAuditAnnotations(auditAnnotations, policy.metadata.name ?? ''),
  ];
}

function validateValidation(validation: Validation, validationPath: FieldPath): FieldError[] {
  const { expression = '', message = '', messageExpression = '', reason } = validation;
  const blank = (field: 'message' | 'messageExpression', text: string) =>
    text !== '' && text.trim() === ''
      ? [invalid(validationPath.child(field), text, 'must be non-empty if specified')]
      : [];
  return [
    ...(expression.trim() === ''
      ? [required(validationPath.child('expression'), 'expression is not specified')]
      : []),
    ...blank('messageExpression', messageExpression),
    ...blank('message', message),
    ...(/[\n\r]/.test(message.trim())
      ? [invalid(validationPath.child('message'), message, 'must not contain line breaks')]
      : []),
    ...(reason === undefined || reasons.includes(reason)
      ? []
      : [notSupported(validationPath.child('reason'), reason, reasons)]),
  ];
}

function validateAuditAnnotations(annotations: readonly AuditAnnotation[], policyName: string): FieldError[] {
  const listPath = path.child('auditAnnotations');
  const keys = annotations.map(({ key }) => key ?? '');
  const again = repeated(keys);
  const tooMany = `must not have more than ${maxAuditAnnotations} auditAnnotations`;
  return [
    ...(annotations.length > maxAuditAnnotations ? [invalid(listPath, annotations, tooMany)] : []),
    ...annotations.flatMap(({ valueExpression = '' }, i) => {
      const keyPath = listPath.index(i).child('key');
      return [
        ...(policyName === ''
          ? [invalid(keyPath, keys[i], 'requires metadata.name be non-empty')]
          : validateQualifiedName(`${policyName}/${keys[i]}`, keyPath)),
        ...validateValueExpression(valueExpression.trim(), listPath.index(i).child('valueExpression')),
        ...(again[i] ? [duplicate(keyPath, keys[i])] : []),
      ];
    }),
  ];
}

function validateValueExpression(expression: string, expressionPath: FieldPath): FieldError[] {
  if (expression === '') return [required(expressionPath, 'valueExpression is not specified')];
  return byteLength(expression) > maxValueExpressionBytes
    ? [required(expressionPath, `must not exceed ${maxValueExpressionBytes} bytes in length`)]
    : [];
}
