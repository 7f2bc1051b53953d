import { type FieldError, FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { ownValue } from '../structs.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';
/** The minor version of the standards, 36 for `v1.36`. */
export type Version = number | 'latest';

export interface Policy {
  readonly level: Level;
  readonly version: Version;
}

export type Mode = 'enforce' | 'audit' | 'warn';
export type Policies = Readonly<Record<Mode, Policy>>;

export interface PodSecurityConfiguration {
  /** What holds where the labels of a namespace are silent. */
  readonly defaults: Policies;
  readonly exemptions: {
    readonly usernames: readonly string[];
    readonly namespaces: readonly string[];
    readonly runtimeClasses: readonly string[];
  };
}

export const labelPrefix = 'pod-security.kubernetes.io/';
const modes = ['enforce', 'audit', 'warn'] as const;
const levels: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const versionPattern = /^v1\.(0|[1-9]\d*)$/;

/** What is wrong with a level that is none. */
export const levelMessage = `must be one of ${levels.join(', ')}`;
export const versionMessage = 'must be "latest" or "v1.x"';

export const parseLevel = (text: string): Level | undefined => levels.find((level) => level === text);

export function parseVersion(text: string): Version | undefined {
  if (text === 'latest') return text;
  const minor = Number(versionPattern.exec(text)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(minor) ? minor : undefined;
}

/** `restricted:latest`, `baseline:v1.36`. */
export const policyText = ({ level, version }: Policy): string =>
  `${level}:${version === 'latest' ? version : `v1.${version}`}`;

export const isSamePolicy = (a: Policy, b: Policy): boolean => a.level === b.level && a.version === b.version;

/** Negative when `a` is less strict than `b`, 0 when they are the same. */
export const compareLevels = (a: Level, b: Level): number => levels.indexOf(a) - levels.indexOf(b);

export const isFullyPrivileged = (policies: Policies): boolean =>
  modes.every((mode) => policies[mode].level === 'privileged');

/**
 * What the labels of a namespace ask for. A label that cannot be read is as strict as can be for enforcing, and asks for
 * nothing else; the findings say so.
 */
export function policiesOf(
  labels: Readonly<Record<string, string>> | undefined,
  defaults: Policies,
): { readonly policies: Policies; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  const read = <T>(label: string, parse: (text: string) => T | undefined, message: string, fallback: T) => {
    const text = ownValue(labels, labelPrefix + label);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) {
      errors.push(invalid(FieldPath.of('metadata', 'labels').key(labelPrefix + label), text, message));
    }
    return { value: value ?? fallback, isValid: value !== undefined };
  };
  if (!labels || Object.keys(labels).length === 0) return { policies: defaults, errors };
  const asked = modes.map((mode) => ({
    level: read<Level>(mode, parseLevel, levelMessage, mode === 'enforce' ? 'restricted' : 'privileged'),
    version: read<Version>(`${mode}-version`, parseVersion, versionMessage, 'latest'),
  }));
  const [enforce, audit, warn] = modes.map((mode, i) => ({
    level: asked[i]!.level?.value ?? defaults[mode].level,
    version: asked[i]!.version?.value ?? defaults[mode].version,
  })) as [Policy, Policy, Policy];
  const [askedEnforce, , askedWarn] = asked as [(typeof asked)[0], (typeof asked)[0], (typeof asked)[0]];
  // Whoever enforces is warned as well: about the workloads, which are not refused.
  const warnsAsEnforced =
    !askedWarn.level && askedEnforce.level?.isValid && compareLevels(enforce.level, warn.level) > 0;
  const version = askedWarn.version ? warn.version : enforce.version;
  return {
    policies: { enforce, audit, warn: warnsAsEnforced ? { level: enforce.level, version } : warn },
    errors,
  };
}
