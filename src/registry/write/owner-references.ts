import type { KubeObject } from '../../apimachinery/object.ts';

/**
 * Takes out owner references that are there already, in place, and tells so (`dedupOwnerReferencesAndAddWarning` of apiserver).
 * Those of one uid that differ otherwise stay. `after` is what has been done to the object before, as the warning says it.
 */
export function foldOwnerReferences(
  { metadata }: KubeObject,
  warn: (text: string) => void,
  after: '' | 'after mutating admission happens',
): void {
  const references = metadata.ownerReferences ?? [];
  if (references.length < 2) return;
  const seen = new Set<string>();
  const duplicates: string[] = [];
  const kept = references.filter(({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }) => {
    const text = JSON.stringify([apiVersion, kind, name, uid, controller, blockOwnerDeletion]);
    const isNew = !seen.has(text);
    if (isNew) seen.add(text);
    else duplicates.push(uid);
    return isNew;
  });
  if (duplicates.length === 0) return;
  metadata.ownerReferences = kept;
  warn(
    `.metadata.ownerReferences contains duplicate entries${after === '' ? '' : ` ${after}`}; API server dedups owner ` +
      'references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) ' +
      `observed: ${duplicates.join(', ')}`,
  );
}
