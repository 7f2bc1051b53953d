const identifier = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const pattern = new RegExp(
  `^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-(${identifier}(?:\\.${identifier})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

/** `1.36.0-alpha.1+build`, by semver.org 2.0.0. The build says nothing about order and is left out. */
export interface SemanticVersion {
  readonly numbers: readonly bigint[];
  /** Empty for a release. */
  readonly prerelease: readonly string[];
}

export function parseVersion(text: string): SemanticVersion | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  return {
    numbers: [match[1]!, match[2]!, match[3]!].map(BigInt),
    prerelease: match[4]?.split('.') ?? [],
  };
}

/** 0.0.0 without a prerelease: what an absent version counts as. */
export const isZeroVersion = ({ numbers, prerelease }: SemanticVersion): boolean =>
  prerelease.length === 0 && numbers.every((number) => number === 0n);

/** True when `a` comes before `b`. */
export function isOlder(a: SemanticVersion, b: SemanticVersion): boolean {
  for (const [i, number] of a.numbers.entries()) {
    if (number !== b.numbers[i]) return number < b.numbers[i]!;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return a.prerelease.length > b.prerelease.length;
  for (const [i, part] of a.prerelease.entries()) {
    const other = b.prerelease[i];
    if (other === undefined) return false;
    if (part !== other) return isOlderPart(part, other);
  }
  return a.prerelease.length < b.prerelease.length;
}

/** Numbers come before words and are compared as numbers. */
function isOlderPart(a: string, b: string): boolean {
  const [aNumeric, bNumeric] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aNumeric && bNumeric) return BigInt(a) < BigInt(b);
  return aNumeric === bNumeric ? a < b : aNumeric;
}
