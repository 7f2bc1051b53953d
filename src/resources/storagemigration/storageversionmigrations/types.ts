import type { Condition } from '../../validation/conditions.ts';

/* storagemigration.k8s.io/v1beta1, which the typed models lack. */

export interface MigrationSpec {
  resource?: { group?: string; resource?: string };
}

export interface MigrationStatus {
  conditions?: Condition[];
  resourceVersion?: string;
}
