import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { specChanged } from '../../generation.ts';
import { stampTaints } from '../taints.ts';
import { specOf } from './types.ts';
import { validateTaintRule, validateTaintRuleStatus } from './validation.ts';

/** Another effect counts from now, unless the sender says since when. */
function prepareForUpdate(rule: KubeObject, old: KubeObject, nowMs: number): void {
  const { taint } = specOf(rule);
  const { taint: before } = specOf(old);
  if (!taint) return;
  if (taint.effect !== before?.effect && taint.timeAdded === before?.timeAdded) delete taint.timeAdded;
  stampTaints([taint], nowMs);
}

export const strategy: Strategy = {
  bumpsGeneration: specChanged,
  deleteReturnsObject: true,
  prepareForCreate: (rule, { clock }) => {
    const { taint } = specOf(rule);
    stampTaints(taint ? [taint] : [], clock.now());
  },
  prepareForUpdate: (rule, old, { clock }) => prepareForUpdate(rule, old, clock.now()),
  validate: (rule) => validateTaintRule(rule),
  validateUpdate: validateTaintRule,
  resetFields: ['status'],
};

/** `/status` writes everything but the fields it resets. */
export const statusStrategy: Strategy = {
  validateUpdate: validateTaintRuleStatus,
  resetFields: ['metadata', 'spec'],
};
