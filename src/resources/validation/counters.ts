import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { nonNegativeFields } from './values.ts';

/** `[smaller counter, larger counter, how the message names the larger one]` */
export type CounterOrder = readonly [smaller: string, larger: string, called: string];

/** Counters of a status that cannot exceed others. */
export function validateCounterOrder(
  status: object,
  orders: readonly CounterOrder[],
  path: FieldPath,
): FieldError[] {
  const count = (name: string) => (status as Record<string, number | undefined>)[name] ?? 0;
  return orders
    .filter(([smaller, larger]) => count(smaller) > count(larger))
    .map(([smaller, , called]) =>
      invalid(path.child(smaller), count(smaller), `cannot be greater than ${called}`),
    );
}

const replicaCounters = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
];
const replicaOrder: readonly CounterOrder[] = [
  ['fullyLabeledReplicas', 'replicas', 'status.replicas'],
  ['readyReplicas', 'replicas', 'status.replicas'],
  ['availableReplicas', 'replicas', 'status.replicas'],
  ['availableReplicas', 'readyReplicas', 'readyReplicas'],
];

/** The counters that ReplicaSets and ReplicationControllers report. */
export const validateReplicaCounters = (status: object, path: FieldPath): FieldError[] => [
  ...nonNegativeFields(status, replicaCounters, path),
  ...validateCounterOrder(status, replicaOrder, path),
];
