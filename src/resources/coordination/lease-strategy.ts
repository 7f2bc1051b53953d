import { type FieldError, type FieldPath, notSupported } from '../../apimachinery/field-error.ts';
import { isQualifiedName } from '../../apimachinery/names.ts';
import { invalidFor } from '../validation/values.ts';

const ownStrategies = ['OldestEmulationVersion'];

/** How the holder of a lease is chosen: a name of Kubernetes' own, or one with a domain. */
export function validateLeaseStrategy(strategy: string, specPath: FieldPath): FieldError[] {
  // The reference server names the field twice.
  const path = specPath.child('strategy', 'strategy');
  if (strategy.includes('/')) return invalidFor(isQualifiedName(strategy), strategy, path);
  return ownStrategies.includes(strategy) ? [] : [notSupported(path, strategy, ownStrategies)];
}
