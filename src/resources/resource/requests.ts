import type {
  IDeviceRequest,
  IDeviceSubRequest,
  IExactDeviceRequest,
} from 'kubernetes-models/resource.k8s.io/v1';
import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { validateDNS1123Label, validateDNS1123Subdomain } from '../validation/name-fields.ts';
import { validateSelectors } from './configuration.ts';
import { validateSet } from './lists.ts';
import { defaultTolerations, validateToleration } from './taints.ts';

const maxAlternatives = 8;
const allocationModes = ['All', 'ExactCount'];

type Wanted = IExactDeviceRequest | IDeviceSubRequest;

/** Defaults of what a request wants exactly, and of each alternative. */
export function defaultWanted(wanted: Wanted): void {
  wanted.allocationMode ||= 'ExactCount';
  if (wanted.allocationMode === 'ExactCount') wanted.count ||= 1;
  defaultTolerations(wanted.tolerations);
}

export function defaultRequest({ exactly, firstAvailable }: IDeviceRequest): void {
  if (exactly) defaultWanted(exactly);
  firstAvailable?.forEach(defaultWanted);
}

const oneOfTwo = 'exactly one of `exactly` or `firstAvailable` is required';

export function validateRequest(request: IDeviceRequest, path: FieldPath): FieldError[] {
  const { name = '', exactly, firstAvailable = [] } = request;
  const errors = validateDNS1123Label(name, path.child('name'));
  if (exactly && firstAvailable.length > 0) {
    return [...errors, invalid(path, null, `${oneOfTwo}, but multiple fields are set`)];
  }
  if (exactly) return [...errors, ...validateWanted(exactly, path.child('exactly'))];
  if (firstAvailable.length === 0) return [...errors, required(path, oneOfTwo)];
  const alternatives = path.child('firstAvailable');
  return [
    ...errors,
    ...validateSet(firstAvailable, maxAlternatives, alternatives, nameOf, validateAlternative),
  ];
}

const nameOf = ({ name }: { name?: string }) => name ?? '';

const validateAlternative = (wanted: IDeviceSubRequest, path: FieldPath): FieldError[] => [
  ...validateDNS1123Label(wanted.name ?? '', path.child('name')),
  ...validateWanted(wanted, path),
];

function validateWanted(wanted: Wanted, path: FieldPath): FieldError[] {
  const { deviceClassName = '' } = wanted;
  const classPath = path.child('deviceClassName');
  return [
    ...(deviceClassName === ''
      ? [required(classPath)]
      : validateDNS1123Subdomain(deviceClassName, classPath)),
    ...validateSelectors(wanted.selectors, path.child('selectors')),
    ...validateCount(wanted.allocationMode ?? '', wanted.count ?? 0, path),
    ...(wanted.tolerations ?? []).flatMap((toleration, i) =>
      validateToleration(toleration, path.child('tolerations').index(i)),
    ),
  ];
}

function validateCount(mode: string, count: number, path: FieldPath): FieldError[] {
  const countPath = path.child('count');
  switch (mode) {
    case 'All':
      return count === 0
        ? []
        : [invalid(countPath, count, "must not be specified when allocationMode is 'All'")];
    case 'ExactCount':
      return count > 0 ? [] : [invalid(countPath, count, 'must be greater than zero')];
    default:
      return [notSupported(path.child('allocationMode'), mode, allocationModes)];
  }
}
