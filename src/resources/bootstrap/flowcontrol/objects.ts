import type { KubeObject } from '../../../apimachinery/object.ts';
import { mandatoryFlowSchemas, suggestedFlowSchemas } from '../../flowcontrol/flow-schemas.ts';
import { withDangling } from '../../flowcontrol/flowschemas/dangling.ts';
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
      status: (existing: KubeObject) => withDangling(existing, true, nowMs),
    })),
  ];
}
