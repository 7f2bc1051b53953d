import { formatTime } from '../../../apimachinery/clock.ts';
import { cloneJson, type KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

interface Condition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
}

/** The PriorityLevelConfiguration that a FlowSchema refers to. */
export const levelOf = (schema: KubeObject): string =>
  readStruct<{ priorityLevelConfiguration?: { name?: string } }>(schema, 'spec').priorityLevelConfiguration
    ?.name ?? '';

/**
 * The FlowSchema with a condition that says whether its level exists, or undefined when it says so already. Source:
 * `presyncFlowSchemaStatus` of apiserver.
 */
export function withDangling(
  schema: KubeObject,
  levelExists: boolean,
  nowMs: number,
): KubeObject | undefined {
  const refersTo = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(levelOf(schema))}`;
  const wanted = levelExists
    ? { status: 'False', reason: 'Found', message: `${refersTo} and it exists` }
    : { status: 'True', reason: 'NotFound', message: `${refersTo} but there is no such object` };
  const status = readStruct<{ conditions?: Condition[] }>(schema, 'status');
  const { conditions = [] } = status;
  const present = conditions.find(({ type }) => type === 'Dangling');
  const { status: said, reason, message } = present ?? {};
  if (said === wanted.status && reason === wanted.reason && message === wanted.message) return undefined;
  const { status: verdict, ...why } = wanted;
  const dangling = {
    type: 'Dangling',
    status: verdict,
    lastTransitionTime: formatTime(nowMs),
    ...why,
  };
  const others = conditions.filter((condition) => condition !== present);
  return { ...cloneJson(schema), status: { ...status, conditions: [...others, dangling] } };
}
