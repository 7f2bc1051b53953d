import { type Functions, fail } from './library.ts';

const typeName = 'kubernetes.Semver';

/** A version of semver.org 2.0; build metadata takes no part in comparisons. */
class CelSemver {
  readonly parts: readonly bigint[];
  readonly prerelease: readonly string[];

  constructor(parts: readonly bigint[], prerelease: readonly string[]) {
    this.parts = parts;
    this.prerelease = prerelease;
  }
}

export const semverType = { name: typeName, type: CelSemver };

const number = String.raw`(0|[1-9]\d*)`;
const identifier = String.raw`(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)`;
const pattern = new RegExp(
  String.raw`^${number}\.${number}\.${number}(?:-(${identifier}(?:\.${identifier})*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$`,
);
/** Longest version, characters. */
const maxSemverLength = 256;

function parse(text: string): CelSemver | undefined {
  const match = text.length <= maxSemverLength ? pattern.exec(text) : undefined;
  if (!match) return undefined;
  return new CelSemver(match.slice(1, 4).map(BigInt), match[4]?.split('.') ?? []);
}

/** `v1.2` becomes `1.2.0`, `01.2.3` becomes `1.2.3`. */
function normalized(text: string): string {
  const [, core = '', rest = ''] = /^v?([^-+]*)(.*)$/s.exec(text)!;
  const parts = core.split('.');
  if (parts.length < 3 && rest !== '') return text;
  while (parts.length < 3) parts.push('0');
  return parts.map((part) => part.replace(/^0+(?=\d)/, '')).join('.') + rest;
}

const semver = (text: string): CelSemver => parse(text) ?? fail(`invalid semver ${JSON.stringify(text)}`);

function compareIdentifiers(a: string, b: string): number {
  const [numericA, numericB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numericA && numericB) return Math.sign(Number(BigInt(a) - BigInt(b)));
  if (numericA !== numericB) return numericA ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function compare(a: CelSemver, b: CelSemver): number {
  for (const [at, part] of a.parts.entries()) {
    if (part !== b.parts[at]) return part < b.parts[at]! ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    return Math.sign(b.prerelease.length - a.prerelease.length);
  }
  for (const [at, part] of a.prerelease.entries()) {
    const other = b.prerelease[at];
    if (other === undefined) return 1;
    const order = compareIdentifiers(part, other);
    if (order !== 0) return order;
  }
  return a.prerelease.length < b.prerelease.length ? -1 : 0;
}

export const sameSemver = (a: CelSemver, b: CelSemver): boolean => compare(a, b) === 0;

/** Kubernetes' `semver` library. */
export const semverFunctions: Functions = {
  'isSemver(string): bool': (text: string) => parse(text) !== undefined,
  'isSemver(string, bool): bool': (text: string, normalize: boolean) =>
    parse(normalize ? normalized(text) : text) !== undefined,
  [`semver(string): ${typeName}`]: semver,
  [`semver(string, bool): ${typeName}`]: (text: string, normalize: boolean) =>
    semver(normalize ? normalized(text) : text),
  [`${typeName}.major(): int`]: ({ parts }: CelSemver) => parts[0],
  [`${typeName}.minor(): int`]: ({ parts }: CelSemver) => parts[1],
  [`${typeName}.patch(): int`]: ({ parts }: CelSemver) => parts[2],
  [`${typeName}.isGreaterThan(${typeName}): bool`]: (a: CelSemver, b: CelSemver) => compare(a, b) > 0,
  [`${typeName}.isLessThan(${typeName}): bool`]: (a: CelSemver, b: CelSemver) => compare(a, b) < 0,
  [`${typeName}.compareTo(${typeName}): int`]: (a: CelSemver, b: CelSemver) => BigInt(compare(a, b)),
};
