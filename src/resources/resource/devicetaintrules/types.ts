import type { IDeviceTaint } from 'kubernetes-models/resource.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

/** `resource.k8s.io/v1alpha3` DeviceTaintRuleSpec. */
export interface TaintRuleSpec {
  deviceSelector?: { driver?: string; pool?: string; device?: string };
  taint?: IDeviceTaint;
}

export const specOf = (rule: KubeObject): TaintRuleSpec => readStruct(rule, 'spec');
