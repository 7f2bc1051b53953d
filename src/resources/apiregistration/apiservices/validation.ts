import {
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import {
  isDNS1035Label,
  isDNS1123Subdomain,
  isPathSegmentName,
  isValidPortNum,
} from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { invalidFor } from '../../validation/values.ts';
import { type ApiServiceSpec, conditionsOf, specOf } from './types.ts';

const maxGroupPriority = 20_000;
const maxVersionPriority = 1000;
const statuses = ['True', 'False', 'Unknown'];
const path = FieldPath.of('spec');

export function validateApiService(apiService: KubeObject): FieldError[] {
  const spec = specOf(apiService);
  return [
    ...validateName(apiService.metadata, 'generateName', spec),
    ...validateName(apiService.metadata, 'name', spec),
    ...validateGroupVersion(spec),
    ...validatePriority(spec, 'groupPriorityMinimum', maxGroupPriority),
    ...validatePriority(spec, 'versionPriority', maxVersionPriority),
    ...(spec.service ? validateRemote(spec, spec.service) : validateLocal(spec)),
  ];
}

/** The name says which group version is served. */
function validateName(
  metadata: KubeObject['metadata'],
  field: 'name' | 'generateName',
  { group = '', version = '' }: ApiServiceSpec,
): FieldError[] {
  const name = metadata[field] ?? '';
  if (name === '' || isPathSegmentName(name).length > 0) return [];
  const wanted = `${version}.${group}`;
  const detail = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`;
  return name === wanted ? [] : [invalid(FieldPath.of('metadata', field), name, detail)];
}

function validateGroupVersion({ group = '', version = '' }: ApiServiceSpec): FieldError[] {
  const groupPath = path.child('group');
  return [
    ...(group === '' && version !== 'v1'
      ? [required(groupPath, 'only v1 may have an empty group and it better be legacy kube')]
      : []),
    ...(group === '' ? [] : invalidFor(isDNS1123Subdomain(group), group, groupPath)),
    ...invalidFor(isDNS1035Label(version), version, path.child('version')),
  ];
}

function validatePriority(
  spec: ApiServiceSpec,
  field: 'groupPriorityMinimum' | 'versionPriority',
  max: number,
): FieldError[] {
  const priority = spec[field] ?? 0;
  return priority > 0 && priority <= max
    ? []
    : [invalid(path.child(field), priority, `must be positive and less than ${max}`)];
}

function validateLocal({ caBundle = '', insecureSkipTLSVerify = false }: ApiServiceSpec): FieldError[] {
  const bytes = `${Buffer.byteLength(caBundle, 'base64')} bytes`;
  return [
    ...(caBundle === ''
      ? []
      : [invalid(path.child('caBundle'), bytes, 'local APIServices may not have a caBundle')]),
    ...(insecureSkipTLSVerify
      ? [
          invalid(
            path.child('insecureSkipTLSVerify'),
            insecureSkipTLSVerify,
            'local APIServices may not have insecureSkipTLSVerify',
          ),
        ]
      : []),
  ];
}

function validateRemote(
  { caBundle = '', insecureSkipTLSVerify = false }: ApiServiceSpec,
  { namespace = '', name = '', port = 0 }: NonNullable<ApiServiceSpec['service']>,
): FieldError[] {
  const servicePath = path.child('service');
  const portProblems = isValidPortNum(port);
  return [
    ...(namespace === '' ? [required(servicePath.child('namespace'))] : []),
    ...(name === '' ? [required(servicePath.child('name'))] : []),
    ...(portProblems.length > 0
      ? [invalid(servicePath.child('port'), port, `port is not valid: ${portProblems.join(', ')}`)]
      : []),
    ...(insecureSkipTLSVerify && caBundle !== ''
      ? [
          invalid(
            path.child('insecureSkipTLSVerify'),
            insecureSkipTLSVerify,
            'may not be true if caBundle is present',
          ),
        ]
      : []),
  ];
}

export function validateApiServiceStatus(apiService: KubeObject): FieldError[] {
  const conditions = FieldPath.of('status', 'conditions');
  return conditionsOf(apiService).flatMap(({ status = '' }, i) =>
    statuses.includes(status) ? [] : [notSupported(conditions.index(i).child('status'), status, statuses)],
  );
}
