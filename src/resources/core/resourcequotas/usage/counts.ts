import { type GroupResource, groupResourceText } from '../../../../apimachinery/gvk.ts';
import { quantityOf } from '../../../../apimachinery/quantity.ts';
import type { Evaluator } from './types.ts';

export const one = quantityOf(1);

/** Under which quotas limit the number of objects: `count/deployments.apps`. */
export const countName = (resource: GroupResource): string => `count/${groupResourceText(resource)}`;

/** Resources that could be counted before all could; their own names still work. */
const formerNames = ['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'];

/** Resources of which quotas know no more than how many there are. */
export function countEvaluator({ group, resource }: GroupResource): Evaluator {
  const names = [countName({ group, resource })];
  if (group === '' && formerNames.includes(resource)) names.push(resource);
  const each = new Map(names.map((name) => [name, one]));
  return {
    mayUse: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
    uses: (name) => each.has(name),
    usage: () => each,
  };
}
