import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { isDNS1035Label } from '../../apimachinery/names.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { isFullyQualifiedName } from '../../apimachinery/qualified-names.ts';
import { validateLabelSelector } from '../validation/label-selector.ts';
import { invalidFor, repeated } from '../validation/values.ts';
import { validateWebhookClient } from '../validation/webhook-client.ts';
import { conditionLanguage } from './condition-language.ts';
import { validateMatchConditions } from './match-conditions.ts';
import { matchPolicies } from './match-resources.ts';
import { failurePolicies } from './policies.ts';
import { validateRule } from './rules.ts';
import { type Webhook, webhooksOf } from './webhooks.ts';

const noSideEffects = ['None', 'NoneOnDryRun'];
const allSideEffects = [...noSideEffects, 'Some', 'Unknown'];
const reviewVersions = ['v1', 'v1beta1'];
const reinvocationPolicies = ['IfNeeded', 'Never'];
const maxTimeoutSeconds = 30;

/** What objects from older servers may keep. */
interface Leniency {
  readonly sideEffects: boolean;
  readonly reviewVersions: boolean;
  readonly sameNames: boolean;
  /** Expressions that were good once. */
  readonly expressions: ReadonlySet<string>;
}

const strict: Leniency = {
  sideEffects: false,
  reviewVersions: false,
  sameNames: false,
  expressions: new Set(),
};

const known = (versions: readonly string[]) => versions.some((version) => reviewVersions.includes(version));

function leniencyFor(old: readonly Webhook[]): Leniency {
  return {
    sideEffects: old.some(({ sideEffects }) => !noSideEffects.includes(sideEffects ?? '')),
    reviewVersions: old.some(
      ({ admissionReviewVersions: versions = [] }) => versions.length > 0 && !known(versions),
    ),
    sameNames: new Set(old.map(({ name }) => name)).size < old.length,
    expressions: new Set(
      old.flatMap(({ matchConditions = [] }) => matchConditions.map(({ expression = '' }) => expression)),
    ),
  };
}

/** Findings on a webhook configuration of either kind. `old` is given on update. */
export function validateWebhooks(configuration: KubeObject, old?: KubeObject): FieldError[] {
  const webhooks = webhooksOf(configuration);
  const leniency = old ? leniencyFor(webhooksOf(old)) : strict;
  const names = webhooks.map(({ name }) => name ?? '');
  const again = repeated(names);
  return webhooks.flatMap((webhook, i) => {
    const path = FieldPath.of('webhooks').index(i);
    const versionsPath = path.child('admissionReviewVersions');
    const sameName = !leniency.sameNames && names[i] !== '' && again[i];
    return [
      ...validateWebhook(webhook, leniency, path),
      ...validateReviewVersions(webhook.admissionReviewVersions ?? [], leniency, versionsPath),
      ...(sameName ? [duplicate(path.child('name'), names[i])] : []),
    ];
  });
}

const oneOf = (value: string | undefined, supported: readonly string[], path: FieldPath): FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [notSupported(path, value, supported)];

function validateWebhook(webhook: Webhook, leniency: Leniency, path: FieldPath): FieldError[] {
  const { timeoutSeconds: timeout } = webhook;
  const sideEffects = leniency.sideEffects ? allSideEffects : noSideEffects;
  const timeoutDetail = 'the timeout value must be between 1 and 30 seconds';
  return [
    ...isFullyQualifiedName(path.child('name'), webhook.name ?? ''),
    ...(webhook.rules ?? []).flatMap((rule, i) => validateRule(rule, path.child('rules').index(i))),
    ...oneOf(webhook.failurePolicy, failurePolicies, path.child('failurePolicy')),
    ...oneOf(webhook.matchPolicy, matchPolicies, path.child('matchPolicy')),
    ...(webhook.sideEffects === undefined
      ? [required(path.child('sideEffects'), `must specify one of ${sideEffects.join(', ')}`)]
      : oneOf(webhook.sideEffects, sideEffects, path.child('sideEffects'))),
    ...(timeout !== undefined && (timeout < 1 || timeout > maxTimeoutSeconds)
      ? [invalid(path.child('timeoutSeconds'), timeout, timeoutDetail)]
      : []),
    ...validateLabelSelector(webhook.namespaceSelector, path.child('namespaceSelector')),
    ...validateLabelSelector(webhook.objectSelector, path.child('objectSelector')),
    ...oneOf(webhook.reinvocationPolicy, reinvocationPolicies, path.child('reinvocationPolicy')),
    ...validateWebhookClient(webhook.clientConfig ?? {}, path.child('clientConfig')),
    ...validateMatchConditions(webhook.matchConditions, path.child('matchConditions'), (expression) =>
      leniency.expressions.has(expression) ? undefined : conditionLanguage().problemOf(expression),
    ),
  ];
}

function validateReviewVersions(
  versions: readonly string[],
  leniency: Leniency,
  path: FieldPath,
): FieldError[] {
  const accepted = reviewVersions.join(', ');
  const again = repeated(versions);
  if (versions.length === 0) return [required(path, `must specify one of ${accepted}`)];
  return [
    ...versions.flatMap((version, i) =>
      again[i]
        ? [invalid(path.index(i), version, 'duplicate version')]
        : invalidFor(isDNS1035Label(version), version, path.index(i)),
    ),
    ...(known(versions) || leniency.reviewVersions
      ? []
      : [invalid(path, versions, `must include at least one of ${accepted}`)]),
  ];
}
