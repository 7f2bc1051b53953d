import type { IPersistentVolumeClaimSpec } from 'kubernetes-models/v1';
import type { FieldPath } from '../../apimachinery/field-error.ts';
import { fractionalByteWarnings } from './quantities.ts';

/** Warnings on the spec of a claim, or of a template for one. */
export function claimSpecWarnings(
  { resources }: Partial<IPersistentVolumeClaimSpec>,
  path: FieldPath,
): string[] {
  return (['requests', 'limits'] as const).flatMap((field) =>
    fractionalByteWarnings(resources?.[field], ['storage'], path.child('resources', field)),
  );
}
