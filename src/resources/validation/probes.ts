import type { IContainer, IProbe } from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { joined } from '../../apimachinery/lists.ts';
import { validateHandler } from './handlers.ts';
import { nonNegativeFields } from './values.ts';

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
];

function validateProbe(probe: IProbe, graceSeconds: number | undefined, path: FieldPath): FieldError[] {
  const errors = joined(validateHandler(probe, graceSeconds, path), nonNegativeFields(probe, counts, path));
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid(path.child('terminationGracePeriodSeconds'), seconds, 'must be greater than 0'));
  }
  return errors;
}

/** A probe whose first success decides: liveness and startup. */
function validateOneSuccessProbe(
  probe: IProbe | undefined,
  graceSeconds: number | undefined,
  path: FieldPath,
): FieldError[] {
  if (!probe) return [];
  const errors = validateProbe(probe, graceSeconds, path);
  const successes = probe.successThreshold ?? 0;
  return successes === 1
    ? errors
    : [...errors, invalid(path.child('successThreshold'), successes, 'must be 1')];
}

function validateReadinessProbe(
  probe: IProbe | undefined,
  graceSeconds: number | undefined,
  path: FieldPath,
): FieldError[] {
  if (!probe) return [];
  const errors = validateProbe(probe, graceSeconds, path);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds === undefined) return errors;
  const detail = 'must not be set for readinessProbes';
  return [...errors, invalid(path.child('terminationGracePeriodSeconds'), seconds, detail)];
}

/** The three probes of a container. */
export function validateProbes(
  container: IContainer,
  graceSeconds: number | undefined,
  path: FieldPath,
): FieldError[] {
  return joined(
    validateOneSuccessProbe(container.livenessProbe, graceSeconds, path.child('livenessProbe')),
    validateReadinessProbe(container.readinessProbe, graceSeconds, path.child('readinessProbe')),
    validateOneSuccessProbe(container.startupProbe, graceSeconds, path.child('startupProbe')),
  );
}
