const kinds: Readonly<Record<string, string>> = { object: 'map', array: 'slice', number: 'int64' };
const scalars: ReadonlySet<string> = new Set(['string', 'bool', 'int32', 'int64', 'float64']);

/**
 * What Go says of a wrong type when it converts JSON that has been decoded before, as a strategic merge ends with
 * (`runtime.DefaultUnstructuredConverter`). `found` is the value as the decoder calls it, `goType` what it should be, and
 * `named` the name of that type at its place. Undefined for a number that is too large, which Go would wrap around.
 */
export function conversionText(found: string, goType: string, named: string): string | undefined {
  const fraction = found.startsWith('number ') && found.includes('.');
  if (found.startsWith('number ') && !fraction) return undefined;
  const kind = fraction ? 'float64' : (kinds[found] ?? found);
  if (scalars.has(goType)) {
    const converts = goType !== 'bool' && found.startsWith('number');
    return converts ? `cannot convert ${kind} to ${named}` : `unrecognized type: ${goType}`;
  }
  if (goType.startsWith('[]')) return `cannot restore slice from ${kind}`;
  if (goType.startsWith('map[') || goType === 'v1.ResourceList') return `cannot restore map from ${kind}`;
  return `cannot restore struct from: ${kind}`;
}
