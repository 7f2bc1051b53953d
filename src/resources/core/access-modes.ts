const shortForms = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

/** Access modes as tables show them: `RWO,ROX`, always in the same order. */
export const accessModesText = (modes: readonly string[] | undefined): string =>
  shortForms
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');

/** The class of a volume or claim: the annotation of old clients goes before the field. */
export function storageClassOf(
  annotations: Readonly<Record<string, string>> | undefined,
  storageClassName: string | undefined,
): string {
  const key = 'volume.beta.kubernetes.io/storage-class';
  return annotations && Object.hasOwn(annotations, key) ? (annotations[key] ?? '') : (storageClassName ?? '');
}
