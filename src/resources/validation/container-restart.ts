import type { IContainer, IContainerRestartRule } from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, notSupported, required } from '../../apimachinery/field-error.ts';

/** Sorted, as messages print them. */
const policies = ['Always', 'Never', 'OnFailure'];
const operators = ['In', 'NotIn'];
const actions = ['Restart', 'RestartAllContainers'];
const maxRules = 20;
const maxExitCodes = 255;

const tooMany = (path: FieldPath, max: number): FieldError => ({
  type: 'FieldValueTooLong',
  field: path.toString(),
  message: `Too long: may not be more than ${max} bytes`,
});

/** `restartPolicy` and `restartPolicyRules` of a container of any list. */
export function validateContainerRestartPolicy(container: IContainer, path: FieldPath): FieldError[] {
  const { restartPolicy, restartPolicyRules: rules = [] } = container;
  const policyPath = path.child('restartPolicy');
  const rulesPath = path.child('restartPolicyRules');
  const errors: FieldError[] = [];
  if (restartPolicy === undefined) {
    if (rules.length === 0) return [];
    errors.push(required(policyPath, 'must specify restartPolicy when restart rules are used'));
  } else if (!policies.includes(restartPolicy)) {
    errors.push(notSupported(policyPath, restartPolicy, policies));
  }
  if (rules.length > maxRules) errors.push(tooMany(rulesPath, maxRules));
  return [...errors, ...rules.flatMap((rule, i) => validateRule(rule, rulesPath.index(i)))];
}

/** Rules of an init container are looked at when it says how it restarts. */
export function validateInitRestartPolicy(container: IContainer, path: FieldPath): FieldError[] {
  const errors = validateContainerRestartPolicy(container, path);
  return container.restartPolicy === undefined ? errors.slice(0, 1) : errors;
}

function validateRule(
  { action = '', exitCodes }: Partial<IContainerRestartRule>,
  path: FieldPath,
): FieldError[] {
  const errors = actions.includes(action) ? [] : [notSupported(path.child('action'), action, actions)];
  const codesPath = path.child('exitCodes');
  if (!exitCodes) return [...errors, required(codesPath, 'must be specified')];
  const { operator = '', values = [] } = exitCodes;
  if (!operators.includes(operator))
    errors.push(notSupported(codesPath.child('operator'), operator, operators));
  if (values.length > maxExitCodes) errors.push(tooMany(codesPath.child('values'), maxExitCodes));
  return errors;
}
