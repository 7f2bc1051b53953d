import { type FieldError, FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { specOf, statusOf } from './types.ts';

const path = FieldPath.of('status', 'storedVersions');

/** Every version in which objects may be stored must still be known. */
export function validateStoredVersions(crd: KubeObject): FieldError[] {
  const { storedVersions: stored = [] } = statusOf(crd);
  const { versions = [] } = specOf(crd);
  if (stored.length === 0) return [invalid(path, null, 'must have at least one stored version')];
  const names = versions.map(({ name }) => name ?? '');
  return [
    ...versions
      .filter(({ name = '', storage }) => storage && !stored.includes(name))
      .map(({ name }) => invalid(path, stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, i) => {
      if (names.includes(name)) return [];
      const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
      return [invalid(path.index(i), name, detail)];
    }),
  ];
}
