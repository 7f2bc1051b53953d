import type { IDeviceSelector, IOpaqueDeviceConfiguration } from 'kubernetes-models/resource.k8s.io/v1';
import {
  type FieldError,
  type FieldPath,
  invalid,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import { byteLength } from '../../apimachinery/names.ts';
import { isRecord } from '../../apimachinery/object.ts';
import { validateList } from './lists.ts';
import { validateDriverName } from './names.ts';

const maxParametersBytes = 10 * 1024;
const maxExpressionBytes = 10 * 1024;
const maxSelectors = 32;

/** Configurations that a claim, class or allocation may carry. */
export const maxConfigurations = 32;

interface Configuration {
  readonly opaque?: IOpaqueDeviceConfiguration;
}

export function validateConfiguration({ opaque }: Configuration, path: FieldPath): FieldError[] {
  const opaquePath = path.child('opaque');
  if (!opaque) return [required(opaquePath)];
  return [
    ...validateDriverName(opaque.driver ?? '', opaquePath.child('driver')),
    ...validateJsonObject(opaque.parameters, maxParametersBytes, opaquePath.child('parameters')),
  ];
}

/** A JSON object of a driver's own making. */
export function validateJsonObject(value: unknown, maxBytes: number, path: FieldPath): FieldError[] {
  if (value === undefined || value === null) return [required(path)];
  if (byteLength(JSON.stringify(value)) > maxBytes) return [tooLong(path, maxBytes)];
  return isRecord(value) ? [] : [invalid(path, '<value omitted>', 'must be a valid JSON object')];
}

/** Selectors of devices; whether an expression compiles is not looked at here. */
export const validateSelectors = (
  selectors: readonly IDeviceSelector[] | undefined,
  path: FieldPath,
): FieldError[] =>
  validateList(selectors, maxSelectors, path, ({ cel }, at) => {
    if (!cel) return [required(at.child('cel'))];
    return byteLength(cel.expression ?? '') > maxExpressionBytes
      ? [tooLong(at.child('cel', 'expression'), maxExpressionBytes)]
      : [];
  });
