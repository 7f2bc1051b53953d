import { resolve } from 'node:path';
import { realClock } from '../apimachinery/clock.ts';
import { type Log, type LogLevel, textLog } from '../apimachinery/log.ts';
import type { StartOptions } from '../start-server.ts';
import type { Output } from './command.ts';
import { etcdOptions } from './etcd-options.ts';
import { admissionSettings } from './flags/admission.ts';
import { auditOptions } from './flags/audit.ts';
import { authenticationOptions } from './flags/authentication.ts';
import { authorizationOptions } from './flags/authorization.ts';
import { controllerSettings } from './flags/controllers.ts';
import { flowControlOptions } from './flags/flow-control.ts';
import { compactionPlan, encryptionOptions } from './flags/storage.ts';
import type { FlagValues } from './flags.ts';
import { UsageError } from './parse-flags.ts';

/** Verbosity from which the log tells about single connections; kube-apiserver's "debug" too. */
const debugVerbosity = 4;
const secondMs = 1_000;

/** How long requests in flight may take once the server stops; kube-apiserver's request timeout is the upper bound there. */
const shutdownGraceMs = 10 * secondMs;

const logLevel = (verbosity: number): LogLevel => (verbosity >= debugVerbosity ? 'debug' : 'info');

/** An optional path, made absolute. */
const path = <K extends string>(key: K, value: string): Partial<Record<K, string>> =>
  (value === '' ? {} : { [key]: resolve(value) }) as Partial<Record<K, string>>;

/** What the flags mean to the server. Throws UsageError for combinations that make no sense. */
export function serveOptions(values: FlagValues, output: Output): StartOptions & { readonly log: Log } {
  if ((values['tls-cert-file'] === '') !== (values['tls-private-key-file'] === '')) {
    throw new UsageError('--tls-cert-file and --tls-private-key-file go together');
  }
  if (values['data-dir'] === '') throw new UsageError('--data-dir must not be empty');
  const etcd = etcdOptions(values);
  const maxStreams = values['http2-max-streams-per-connection'];
  return {
    dataDir: resolve(values['data-dir']),
    ...(etcd ? { etcd } : {}),
    ...path('certDir', values['cert-dir']),
    ...path('tlsCertFile', values['tls-cert-file']),
    ...path('tlsPrivateKeyFile', values['tls-private-key-file']),
    bindAddress: values['bind-address'],
    ...(values['advertise-address'] === '' ? {} : { advertiseAddress: values['advertise-address'] }),
    securePort: values['secure-port'],
    serviceCidrs: values['service-cluster-ip-range'],
    nodePortRange: values['service-node-port-range'],
    endpointReconciling: {
      type: values['endpoint-reconciler-type'],
      serverCount: values['apiserver-count'],
    },
    layout: values['storage-key-layout'],
    compaction: compactionPlan(values),
    corsAllowedOrigins: values['cors-allowed-origins'],
    eventTtlSeconds: values['event-ttl'] / secondMs,
    allowPrivileged: values['allow-privileged'],
    runtimeConfig: values['runtime-config'],
    authentication: authenticationOptions(values),
    ...controllerSettings(values),
    authorization: authorizationOptions(values),
    admission: admissionSettings(values),
    flowControl: flowControlOptions(values),
    audit: auditOptions(values),
    encryption: encryptionOptions(values),
    minRequestTimeoutSeconds: values['min-request-timeout'],
    requestTimeoutMs: values['request-timeout'] || Number.POSITIVE_INFINITY,
    ...(maxStreams === 0 ? {} : { maxStreamsPerConnection: maxStreams }),
    shutdownDelayMs: values['shutdown-delay-duration'],
    shutdownGraceMs,
    log: textLog(realClock, logLevel(values.v), (line) => output.err(line)),
  };
}
