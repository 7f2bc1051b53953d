import { formatTime } from '../../../apimachinery/clock.ts';
import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

/** `certificates.k8s.io/v1` CertificateSigningRequestCondition. */
export interface CsrCondition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
  lastUpdateTime?: string;
  lastTransitionTime?: string;
}

const decisions = ['Approved', 'Denied'];
const onlyTrue = [...decisions, 'Failed'];
const anyStatus = ['False', 'True', 'Unknown'];

export const conditionsOf = (csr: KubeObject): CsrCondition[] =>
  readStruct<{ conditions?: CsrCondition[] }>(csr, 'status').conditions ?? [];

/** Fills in when a condition was written and since when it holds. */
export function stampConditions(csr: KubeObject, old: KubeObject, nowMs: number): void {
  const now = formatTime(nowMs);
  for (const condition of conditionsOf(csr)) {
    const before = conditionsOf(old).find(
      ({ type, status, lastTransitionTime }) =>
        type === condition.type && status === condition.status && lastTransitionTime,
    );
    condition.lastUpdateTime ??= now;
    condition.lastTransitionTime ??= before?.lastTransitionTime ?? now;
  }
}

/** Puts the stored decisions in place of those sent, unless their number changed, which validation refuses. */
export function keepDecisions(csr: KubeObject, old: KubeObject): void {
  const conditions = conditionsOf(csr);
  for (const decision of decisions) {
    const stored = conditionsOf(old).filter(({ type }) => type === decision);
    const sent = [...conditions.keys()].filter((place) => conditions[place]!.type === decision);
    if (stored.length !== sent.length) continue;
    for (const [i, place] of sent.entries()) conditions[place] = { ...stored[i] };
  }
}

export function validateConditions(conditions: readonly CsrCondition[]): FieldError[] {
  const path = FieldPath.of('status', 'conditions');
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [i, { type = '', status = '' }] of conditions.entries()) {
    errors.push(...validateCondition(type, status, path.index(i)));
    const opposite = decisions.includes(type) && decisions.some((other) => other !== type && seen.has(other));
    if (opposite) {
      errors.push(invalid(path, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (seen.has(type)) errors.push(duplicate(path.index(i).child('type'), type));
    seen.add(type);
  }
  return errors;
}

function validateCondition(type: string, status: string, path: FieldPath): FieldError[] {
  const errors = type === '' ? [required(path.child('type'))] : [];
  const allowed = onlyTrue.includes(type) ? ['True'] : anyStatus;
  if (status === '') errors.push(required(path.child('status')));
  else if (!allowed.includes(status)) errors.push(notSupported(path.child('status'), status, allowed));
  return errors;
}
