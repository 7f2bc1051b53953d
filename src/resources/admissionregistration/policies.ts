import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../apimachinery/names.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { structIn } from '../struct-fields.ts';
import { validateMatchConditions } from './match-conditions.ts';
import { defaultMatchResources, validateMatchResources } from './match-resources.ts';
import type { ParamKind, PolicySpec, Variable } from './types.ts';

export const failurePolicies = ['Fail', 'Ignore'];

const celIdentifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const celReserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** Defaults of both policy kinds. */
export function defaultPolicy(policy: KubeObject): void {
  const spec = structIn<PolicySpec>(policy, 'spec');
  spec.failurePolicy ??= 'Fail';
  defaultMatchResources(spec.matchConstraints);
}

/** Findings on what the two policy kinds have in common. Whether an expression compiles is not looked at here. */
export function validatePolicy(spec: PolicySpec, path: FieldPath): FieldError[] {
  const { failurePolicy = '' } = spec;
  return [
    ...(failurePolicies.includes(failurePolicy)
      ? []
      : [notSupported(path.child('failurePolicy'), failurePolicy, failurePolicies)]),
    ...(spec.paramKind ? validateParamKind(spec.paramKind, path.child('paramKind')) : []),
    ...validateConstraints(spec, path.child('matchConstraints')),
    ...validateMatchConditions(spec.matchConditions, path.child('matchConditions')),
    ...(spec.variables ?? []).flatMap((variable, i) =>
      validateVariable(variable, path.child('variables').index(i)),
    ),
  ];
}

function validateConstraints({ matchConstraints: match }: PolicySpec, path: FieldPath): FieldError[] {
  if (!match) return [required(path)];
  return [
    ...validateMatchResources(match, path),
    ...((match.resourceRules ?? []).length === 0 ? [required(path.child('resourceRules'))] : []),
  ];
}

function validateParamKind({ apiVersion = '', kind = '' }: ParamKind, path: FieldPath): FieldError[] {
  const kindPath = path.child('kind');
  const kindProblems = isDNS1035Label(kind.toLowerCase());
  return [
    ...validateApiVersion(apiVersion, path.child('apiVersion')),
    ...(kind === ''
      ? [required(kindPath)]
      : kindProblems.length > 0
        ? [
            invalid(
              kindPath,
              kind,
              `may have mixed case, but should otherwise match: ${kindProblems.join(',')}`,
            ),
          ]
        : []),
  ];
}

function validateApiVersion(apiVersion: string, path: FieldPath): FieldError[] {
  if (apiVersion === '') return [required(path)];
  const parts = apiVersion.split('/');
  if (parts.length > 2) {
    return [invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  }
  const version = parts.at(-1)!;
  const group = parts.length === 2 ? parts[0]! : '';
  const problems = (value: string, messages: string[]) =>
    messages.length > 0 ? [invalid(path, value, messages.join(','))] : [];
  return [
    ...(group === '' ? [] : problems(group, isDNS1123Subdomain(group))),
    ...(version === ''
      ? [invalid(path, apiVersion, 'version must be specified')]
      : problems(version, isDNS1035Label(version))),
  ];
}

function validateVariable({ name = '', expression = '' }: Variable, path: FieldPath): FieldError[] {
  const namePath = path.child('name');
  const identifier = celIdentifier.test(name) && !celReserved.has(name);
  return [
    ...(name.trim() === ''
      ? [required(namePath, 'name is not specified')]
      : identifier
        ? []
        : [invalid(namePath, name, 'must be a valid CEL identifier')]),
    ...(expression.trim() === '' ? [required(path.child('expression'), 'expression is not specified')] : []),
  ];
}

/** The `ParamKind` cell. */
export const paramKindText = ({ paramKind }: PolicySpec): string =>
  paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>';
