/**
 * The oldest releases of each line that answer a request for progress only when everything before has been sent; older ones
 * answer at once, so that what is read after it may be stale. kube-apiserver draws the same line (`RequestWatchProgress`).
 */
const oldest: readonly (readonly [major: number, minor: number, patch: number])[] = [
  [3, 4, 31],
  [3, 5, 13],
];

export const oldestVersions = oldest.map((version) => version.join('.')).join(' or ');

export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const line = oldest.find((other) => other[0] === major && other[1] === minor);
  if (line) return patch < line[2];
  const newest = oldest.at(-1)!;
  return major < newest[0] || (major === newest[0] && minor < newest[1]);
}
