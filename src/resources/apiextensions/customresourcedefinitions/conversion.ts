import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { isDNS1035Label } from '../../../apimachinery/names.ts';
import { invalidFor, repeated } from '../../validation/values.ts';
import { validateWebhookClient } from '../../validation/webhook-client.ts';
import type { CrdConversion } from './types.ts';

const strategies = ['None', 'Webhook'];
const reviewVersions = ['v1', 'v1beta1'];

const recognized = (versions: readonly string[]) =>
  versions.some((version) => reviewVersions.includes(version));

/** Paths are those of the internal form, as the reference server reports them. `old` may keep unknown review versions. */
export function validateConversion(
  conversion: CrdConversion,
  old: CrdConversion | undefined,
  path: FieldPath,
): FieldError[] {
  const { strategy = '', webhook } = conversion;
  const clientPath = path.child('webhookClientConfig');
  const versionsPath = path.child('conversionReviewVersions');
  const versions = webhook?.conversionReviewVersions ?? [];
  const errors = validateStrategy(strategy, path.child('strategy'));
  if (strategy !== 'Webhook') {
    const detail = 'should not be set when strategy is not set to Webhook';
    return [
      ...errors,
      ...(webhook?.clientConfig ? [forbidden(clientPath, detail)] : []),
      ...(versions.length > 0 ? [forbidden(versionsPath, detail)] : []),
    ];
  }
  return [
    ...errors,
    ...(webhook?.clientConfig
      ? validateWebhookClient(webhook.clientConfig, clientPath)
      : [required(clientPath, 'required when strategy is set to Webhook')]),
    ...validateReviewVersions(versions, old?.webhook?.conversionReviewVersions ?? [], versionsPath),
  ];
}

function validateStrategy(strategy: string, path: FieldPath): FieldError[] {
  if (strategy === '') return [required(path)];
  return strategies.includes(strategy) ? [] : [notSupported(path, strategy, strategies)];
}

function validateReviewVersions(
  versions: readonly string[],
  old: readonly string[],
  path: FieldPath,
): FieldError[] {
  if (versions.length === 0) return [required(path)];
  const lenient = old.length > 0 && !recognized(old);
  const again = repeated(versions);
  return [
    ...versions.flatMap((version, i) =>
      again[i]
        ? [invalid(path.index(i), version, 'duplicate version')]
        : invalidFor(isDNS1035Label(version), version, path.index(i)),
    ),
    ...(recognized(versions) || lenient
      ? []
      : [invalid(path, versions, `must include at least one of ${reviewVersions.join(', ')}`)]),
  ];
}
