import type { Policy } from './policy.ts';

export const deliveryModes = ['batch', 'blocking', 'blocking-strict'] as const;
export type DeliveryMode = (typeof deliveryModes)[number];

/** `--audit-*-batch-*` and `--audit-*-truncate-*` of one backend. */
export interface DeliveryOptions {
  /** `blocking`: a request waits until its events are taken. `blocking-strict`: and fails when its first one is not. */
  readonly mode: DeliveryMode;
  /** Events that may wait; further ones are lost, and counted. */
  readonly bufferSize: number;
  /** Events delivered at once. */
  readonly maxBatchSize: number;
  readonly maxBatchWaitMs: number;
  /** Batches a second, and how many at once after a pause; undefined: as they come. */
  readonly throttle: { readonly qps: number; readonly burst: number } | undefined;
  /** Undefined: events are delivered whatever their size. */
  readonly truncate: { readonly maxEventBytes: number; readonly maxBatchBytes: number } | undefined;
}

export interface AuditLogOptions extends DeliveryOptions {
  /** '' for none, `-` for standard output. */
  readonly path: string;
  /** Days that rotated files are kept; 0: for ever. */
  readonly maxAgeDays: number;
  /** Rotated files that are kept; 0: all. */
  readonly maxBackups: number;
  /** Size in MiB beyond which the file is rotated; 0: never. */
  readonly maxSizeMegabytes: number;
  readonly format: 'json' | 'legacy';
  /** Whether rotated files are compressed. */
  readonly compress: boolean;
}

export interface AuditWebhookOptions extends DeliveryOptions {
  /** A kubeconfig that says where events go; '' for nowhere. */
  readonly configFile: string;
  readonly initialBackoffMs: number;
}

/** What the flags decide about audit, and what a program in this process may ask for. */
export interface AuditOptions {
  /** `--audit-policy-file`; read again when it changes. '' for none: then nothing is recorded. */
  readonly policyFile: string;
  /** A policy instead of a file. */
  readonly policy: Policy | undefined;
  /** Gets every event, as `audit.k8s.io/v1` JSON. */
  readonly onEvent: ((json: string) => void) | undefined;
  readonly log: AuditLogOptions;
  readonly webhook: AuditWebhookOptions;
}

/** The limits of `--audit-*-truncate-enabled` (upstream `NewAuditTruncateOptions`). */
export const defaultTruncation = { maxEventBytes: 100 * 1024, maxBatchBytes: 10 * 1024 * 1024 } as const;
/** The rate of `--audit-webhook-batch-throttle-enable` (upstream `defaultWebhookBatchConfig`). */
export const defaultThrottle = { qps: 10, burst: 15 } as const;

export const defaultAudit: AuditOptions = Object.freeze({
  policyFile: '',
  policy: undefined,
  onEvent: undefined,
  log: Object.freeze({
    path: '',
    maxAgeDays: 366,
    maxBackups: 100,
    maxSizeMegabytes: 100,
    format: 'json',
    compress: false,
    mode: 'blocking',
    bufferSize: 10_000,
    maxBatchSize: 1,
    maxBatchWaitMs: 0,
    throttle: undefined,
    truncate: undefined,
  }),
  webhook: Object.freeze({
    configFile: '',
    initialBackoffMs: 10_000,
    mode: 'batch',
    bufferSize: 10_000,
    maxBatchSize: 400,
    maxBatchWaitMs: 30_000,
    throttle: defaultThrottle,
    truncate: undefined,
  }),
} as const);
