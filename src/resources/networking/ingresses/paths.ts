import type { IHTTPIngressPath } from 'kubernetes-models/networking.k8s.io/v1';
import { type FieldError, type FieldPath, invalid, notSupported } from '../../../apimachinery/field-error.ts';

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const badSequences = ['//', '/./', '/../', '%2f', '%2F'];
const badEndings = ['/..', '/.'];

/** The path of one rule: absolute and, unless the controller alone decides what it means, free of detours. */
export function validatePath({ path: text = '', pathType }: IHTTPIngressPath, path: FieldPath): FieldError[] {
  const textPath = path.child('path');
  const absolute = text.startsWith('/') ? [] : [invalid(textPath, text, 'must be an absolute path')];
  switch (pathType) {
    case 'Exact':
    case 'Prefix':
      return [
        ...absolute,
        ...badSequences
          .filter((sequence) => text.includes(sequence))
          .map((sequence) => invalid(textPath, text, `must not contain '${sequence}'`)),
        ...badEndings
          .filter((ending) => text.endsWith(ending))
          .map((ending) => invalid(textPath, text, `cannot end with '${ending}'`)),
      ];
    case 'ImplementationSpecific':
      return text === '' ? [] : absolute;
    default:
      return [notSupported(path.child('pathType'), pathType, pathTypes)];
  }
}
