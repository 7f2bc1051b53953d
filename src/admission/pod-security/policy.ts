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
  labels: Labels | undefined,
  defaults: Policies,
): { readonly policies: Policies; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  if (!labels || Object.keys(labels).length === 0) return { policies: defaults, errors };
  const enforce = readMode(labels, 'enforce', defaults.enforce, errors);
  const audit = readMode(labels, 'audit', defaults.audit, errors);
  const warn = readMode(labels, 'warn', defaults.warn, errors);
  // Whoever enforces is warned as well: about workloads, which are not refused.
  const warnsAsEnforced =
    !warn.hasLevel &&
    enforce.hasLevel &&
    enforce.isReadable &&
    compareLevels(enforce.policy.level, warn.policy.level) > 0;
  const { version } = (warn.hasVersion ? warn : enforce).policy;
  return {
    policies: {
      enforce: enforce.policy,
      audit: audit.policy,
      warn: warnsAsEnforced ? { level: enforce.policy.level, version } : warn.policy,
    },
    errors,
  };
}

type Labels = Readonly<Record<string, string>>;

/** What the two labels of a mode ask for, and whether they are there. */
interface Asked {
  readonly policy: Policy;
  readonly hasLevel: boolean;
  /** False when the level cannot be read. */
  readonly isReadable: boolean;
  readonly hasVersion: boolean;
}

function readMode(labels: Labels, mode: Mode, fallback: Policy, errors: FieldError[]): Asked {
  const levelText = ownValue(labels, labelPrefix + mode);
  const level = levelText === undefined ? fallback.level : parseLevel(levelText);
  if (level === undefined) errors.push(unreadable(mode, levelText, levelMessage));
  const versionLabel = `${mode}-version`;
  const versionText = ownValue(labels, labelPrefix + versionLabel);
  const version = versionText === undefined ? fallback.version : parseVersion(versionText);
  if (version === undefined) errors.push(unreadable(versionLabel, versionText, versionMessage));
  return {
    policy: {
      level: level ?? (mode === 'enforce' ? 'restricted' : 'privileged'),
      version: version ?? 'latest',
    },
    hasLevel: levelText !== undefined,
    isReadable: level !== undefined,
    hasVersion: versionText !== undefined,
  };
}

const unreadable = (label: string, text: string | undefined, message: string): FieldError =>
  invalid(FieldPath.of('metadata', 'labels').key(labelPrefix + label), text, message);
