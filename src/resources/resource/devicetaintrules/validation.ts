import type { IDeviceTaint } from 'kubernetes-models/resource.k8s.io/v1';
import { type FieldError, FieldPath, tooMany } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { type Condition, validateConditions } from '../../validation/conditions.ts';
import { validateDNS1123Label } from '../../validation/name-fields.ts';
import { validateDriverName, validatePoolName } from '../names.ts';
import { validateTaint } from '../taints.ts';
import { specOf } from './types.ts';

const maxConditions = 8;
const path = FieldPath.of('spec');
const noTaint = {} as IDeviceTaint;

export function validateTaintRule(rule: KubeObject, old?: KubeObject): FieldError[] {
  const { deviceSelector: selector = {}, taint = noTaint } = specOf(rule);
  const selectorPath = path.child('deviceSelector');
  const given = (
    value: string | undefined,
    field: string,
    check: (name: string, at: FieldPath) => FieldError[],
  ) => (value === undefined ? [] : check(value, selectorPath.child(field)));
  return [
    ...given(selector.driver, 'driver', validateDriverName),
    ...given(selector.pool, 'pool', validatePoolName),
    ...given(selector.device, 'device', validateDNS1123Label),
    ...validateTaint(taint, path.child('taint'), old && specOf(old).taint?.effect),
  ];
}

export function validateTaintRuleStatus(rule: KubeObject): FieldError[] {
  const { conditions = [] } = readStruct<{ conditions?: Condition[] }>(rule, 'status');
  const conditionsPath = FieldPath.of('status', 'conditions');
  return [
    ...validateConditions(conditions, conditionsPath),
    ...(conditions.length > maxConditions ? [tooMany(conditionsPath, conditions.length, maxConditions)] : []),
  ];
}
