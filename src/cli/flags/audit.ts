import {
  type AuditOptions,
  type DeliveryOptions,
  defaultAudit,
  defaultThrottle,
  defaultTruncation,
  deliveryModes,
} from '../../audit/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import * as type from '../flag-types.ts';

const { log, webhook } = defaultAudit;

const fileFlags = Object.freeze({
  'audit-policy-file': flag(
    type.text,
    '',
    'Rules that say what is recorded of which request; read again when it changes.',
  ),
  'audit-log-path': flag(type.text, '', 'File that audit events are written to; - for standard output.'),
  'audit-log-format': flag(type.oneOf('json', 'legacy'), log.format, 'Form of the lines of the audit log.'),
  'audit-log-version': flag(type.oneOf('audit.k8s.io/v1'), 'audit.k8s.io/v1', 'Version of logged events.'),
  'audit-log-maxage': flag(
    type.integer(0),
    log.maxAgeDays,
    'Days that rotated audit logs are kept; 0 for ever.',
  ),
  'audit-log-maxbackup': flag(
    type.integer(0),
    log.maxBackups,
    'Rotated audit logs that are kept; 0 for all.',
  ),
  'audit-log-maxsize': flag(
    type.integer(0),
    log.maxSizeMegabytes,
    'Megabytes beyond which the audit log is rotated; 0 for never.',
  ),
  'audit-log-compress': flag(type.boolean, log.compress, 'Whether rotated audit logs are compressed.'),
  'audit-webhook-config-file': flag(type.text, '', 'A kubeconfig that says where audit events are sent.'),
  'audit-webhook-version': flag(type.oneOf('audit.k8s.io/v1'), 'audit.k8s.io/v1', 'Version of sent events.'),
  'audit-webhook-initial-backoff': flag(
    type.durationMs,
    webhook.initialBackoffMs,
    'Time before the first retry of a failed delivery.',
  ),
});

/** The flags that both backends have. */
function deliveryFlags<N extends 'log' | 'webhook'>(name: N, defaults: DeliveryOptions) {
  const what = name === 'log' ? 'Audit log' : 'Audit webhook';
  const named = {
    mode: flag(
      type.oneOf(...deliveryModes),
      defaults.mode,
      `${what}: batch (in the background), blocking (requests wait), or blocking-strict (and fail when their first event is lost).`,
    ),
    'batch-buffer-size': flag(
      type.integer(1),
      defaults.bufferSize,
      `${what}: events that may wait in batch mode; further ones are lost.`,
    ),
    'batch-max-size': flag(type.integer(1), defaults.maxBatchSize, `${what}: events in a batch.`),
    'batch-max-wait': flag(
      type.durationMs,
      defaults.maxBatchWaitMs,
      `${what}: how long a batch waits for more events.`,
    ),
    'batch-throttle-enable': flag(
      type.boolean,
      defaults.throttle !== undefined,
      `${what}: whether the rate of batches is limited.`,
    ),
    'batch-throttle-qps': flag(type.number, defaults.throttle?.qps ?? 0, `${what}: batches a second.`),
    'batch-throttle-burst': flag(
      type.integer(0),
      defaults.throttle?.burst ?? 0,
      `${what}: batches at once after a pause.`,
    ),
    'truncate-enabled': flag(type.boolean, false, `${what}: whether large events lose their objects.`),
    'truncate-max-event-size': flag(
      type.integer(1),
      defaultTruncation.maxEventBytes,
      `${what}: bytes of the largest event.`,
    ),
    'truncate-max-batch-size': flag(
      type.integer(1),
      defaultTruncation.maxBatchBytes,
      `${what}: bytes of the largest batch.`,
    ),
  };
  type Named = typeof named;
  return Object.fromEntries(
    Object.entries(named).map(([key, value]) => [`audit-${name}-${key}`, value]),
  ) as unknown as { [K in keyof Named as `audit-${N}-${K & string}`]: Named[K] };
}

export const auditFlags = Object.freeze({
  ...fileFlags,
  ...deliveryFlags('log', log),
  ...deliveryFlags('webhook', webhook),
});

type Values = ValuesOf<typeof auditFlags>;

/** What the flags mean to audit. Throws an Error for combinations that make no sense. */
export const auditOptions = (values: Values): Partial<AuditOptions> => ({
  policyFile: values['audit-policy-file'],
  log: {
    ...delivery('log', values),
    path: values['audit-log-path'],
    maxAgeDays: values['audit-log-maxage'],
    maxBackups: values['audit-log-maxbackup'],
    maxSizeMegabytes: values['audit-log-maxsize'],
    format: values['audit-log-format'],
    compress: values['audit-log-compress'],
  },
  webhook: {
    ...delivery('webhook', values),
    configFile: values['audit-webhook-config-file'],
    initialBackoffMs: values['audit-webhook-initial-backoff'],
  },
});

function delivery(name: 'log' | 'webhook', values: Values): DeliveryOptions {
  const qps = values[`audit-${name}-batch-throttle-qps`] || defaultThrottle.qps;
  const burst = values[`audit-${name}-batch-throttle-burst`] || defaultThrottle.burst;
  const maxEventBytes = values[`audit-${name}-truncate-max-event-size`];
  const maxBatchBytes = values[`audit-${name}-truncate-max-batch-size`];
  if (maxBatchBytes < maxEventBytes) {
    throw new Error(
      `invalid audit truncate ${name} max batch size ${maxBatchBytes}, must be greater than max event size (${maxEventBytes})`,
    );
  }
  return {
    mode: values[`audit-${name}-mode`],
    bufferSize: values[`audit-${name}-batch-buffer-size`],
    maxBatchSize: values[`audit-${name}-batch-max-size`],
    maxBatchWaitMs: values[`audit-${name}-batch-max-wait`],
    throttle: values[`audit-${name}-batch-throttle-enable`] ? { qps, burst } : undefined,
    truncate: values[`audit-${name}-truncate-enabled`] ? { maxEventBytes, maxBatchBytes } : undefined,
  };
}
