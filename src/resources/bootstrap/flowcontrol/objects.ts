import { formatTime } from '../../../apimachinery/clock.ts';
import { cloneJson, isRecord, type KubeObject } from '../../../apimachinery/object.ts';
import { mandatoryFlowSchemas, suggestedFlowSchemas } from '../../flowcontrol/flow-schemas.ts';
import { mandatoryPriorityLevels, suggestedPriorityLevels } from '../../flowcontrol/priority-levels.ts';
import type { BootstrapObject } from '../types.ts';
import { reconcileFlowControl } from './reconcile.ts';

const of = (resource: string, object: KubeObject, mandatory: boolean): BootstrapObject => ({
  group: 'flowcontrol.apiserver.k8s.io',
  resource,
  namespace: '',
  name: object.metadata.name!,
  object,
  mode: 'reconcile',
  reconcile: (existing) => reconcileFlowControl(existing, object, mandatory),
});

/** Says in the status that the priority level of the schema exists. */
function foundStatus(existing: KubeObject, nowMs: number): KubeObject | undefined {
  const status = isRecord(existing['status']) ? existing['status'] : {};
  const conditions = (status['conditions'] ?? []) as { type: string }[];
  if (conditions.some(({ type }) => type === 'Dangling')) return undefined;
  const spec = existing['spec'] as { priorityLevelConfiguration: { name: string } };
  const dangling = {
    type: 'Dangling',
    status: 'False',
    lastTransitionTime: formatTime(nowMs),
    reason: 'Found',
    message: `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(spec.priorityLevelConfiguration.name)} and it exists`,
  };
  return { ...cloneJson(existing), status: { ...status, conditions: [...conditions, dangling] } };
}

/** Priority levels, then the schemas that refer to them. */
export function bootstrapFlowControl(nowMs: number): BootstrapObject[] {
  const level = 'prioritylevelconfigurations';
  const schema = 'flowschemas';
  const schemas = [
    ...mandatoryFlowSchemas().map((object) => of(schema, object, true)),
    ...suggestedFlowSchemas().map((object) => of(schema, object, false)),
  ];
  return [
    ...mandatoryPriorityLevels().map((object) => of(level, object, true)),
    ...suggestedPriorityLevels().map((object) => of(level, object, false)),
    ...schemas.map((wanted) => ({
      ...wanted,
      status: (existing: KubeObject) => foundStatus(existing, nowMs),
    })),
  ];
}
