import { jsonEqual } from '../../../apimachinery/object.ts';
import type { CrdVersion, VersionParts } from './types.ts';

/** The versions and, taken out of them, the parts on which all agree. */
export interface Hoisted {
  readonly common: VersionParts;
  readonly versions: readonly CrdVersion[];
}

const parts = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

/**
 * Findings name a part that is the same in all versions at the top of the spec (`spec.validation…`), as the reference
 * server validates its internal form of a definition, where such parts stand once.
 */
export function hoist(versions: readonly CrdVersion[]): Hoisted {
  const common: Record<string, unknown> = {};
  const rest = versions.map((version): Record<string, unknown> => ({ ...version }));
  for (const part of parts) {
    const first = versions[0]?.[part];
    if (!versions.every((version) => jsonEqual(version[part], first))) continue;
    if (first !== undefined) common[part] = first;
    for (const version of rest) delete version[part];
  }
  return { common, versions: rest };
}
