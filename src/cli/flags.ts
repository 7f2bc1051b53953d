import * as type from './flag-types.ts';

/** One flag that does something. The key in the table is its name. */
export interface Flag<T> {
  readonly type: type.FlagType<T>;
  readonly default: T;
  /** One sentence; what the default is gets added. */
  readonly help: string;
}

const flag = <T>(flagType: type.FlagType<T>, fallback: T, help: string): Flag<T> =>
  Object.freeze({ type: flagType, default: fallback, help });

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/** Flags of `serve`. Names, defaults and meaning are kube-apiserver's, unless the help text says otherwise. */
export const flags = Object.freeze({
  'data-dir': flag(
    type.text,
    './.binnacle',
    'Directory of the store, the certificates and the kubeconfig. Binnacle only.',
  ),
  'bind-address': flag(type.text, '127.0.0.1', 'Address to listen on; 0.0.0.0 or :: for all.'),
  'advertise-address': flag(
    type.text,
    '',
    'Address of the kubernetes endpoints, for others to find the server at; the bind address, or one of this machine, when empty.',
  ),
  'secure-port': flag(type.port, 6443, 'Port to listen on; 0 for any free one.'),
  'cert-dir': flag(type.text, '', 'Directory of certificates and keys; DATADIR/pki when empty.'),
  'tls-cert-file': flag(type.text, '', 'Serving certificate with its chain, instead of a generated one.'),
  'tls-private-key-file': flag(type.text, '', 'Key of --tls-cert-file.'),
  'client-ca-file': flag(type.text, '', 'Authorities trusted for client certificates, beside the own one.'),
  'service-cluster-ip-range': flag(
    type.cidrs,
    ['10.0.0.0/24'],
    'Addresses of Services: one range, or one of each family.',
  ),
  'service-node-port-range': flag(
    type.portRange,
    { from: 30_000, to: 32_767 },
    'Ports of NodePort Services.',
  ),
  'storage-key-layout': flag(
    type.oneOf('binnacle', 'upstream'),
    'binnacle',
    "Form of the keys in the store: Binnacle's own, or the one kube-apiserver writes. Binnacle only.",
  ),
  'etcd-servers': flag(type.list, [], 'Refused: an etcd store is not there yet.'),
  'etcd-compaction-interval': flag(
    type.durationMs,
    5 * minuteMs,
    'How much history is kept for watches and lists; 0 keeps all.',
  ),
  'event-ttl': flag(type.durationMs, 60 * minuteMs, 'How long events are kept.'),
  'runtime-config': flag(type.switches, {}, 'API versions on or off: api/beta=true, batch/v1=false, …'),
  'anonymous-auth': flag(
    type.boolean,
    true,
    'Whether requests without credentials are served as system:anonymous.',
  ),
  'enable-admission-plugins': flag(type.list, [], 'Admission plugins to run beside the default ones.'),
  'disable-admission-plugins': flag(type.list, [], 'Default admission plugins not to run.'),
  'min-request-timeout': flag(
    type.integer(0),
    1_800,
    'Seconds after which a watch is ended at the earliest, unless it asks.',
  ),
  'request-timeout': flag(
    type.durationMs,
    minuteMs,
    'How long a request may take at most, watches and the like excluded; 0 for as long as it likes.',
  ),
  'http2-max-streams-per-connection': flag(
    type.integer(0),
    0,
    'Streams a client may have open on one HTTP/2 connection; 250 when 0.',
  ),
  'shutdown-delay-duration': flag(
    type.durationMs,
    0,
    'How long requests are still served once told to stop, while /readyz fails already.',
  ),
  v: flag(type.integer(0), 0, 'Verbosity of the log: 4 or more for debugging.'),
});

export type FlagName = keyof typeof flags;
/** The values of all flags after parsing. */
export type FlagValues = { -readonly [K in FlagName]: (typeof flags)[K] extends Flag<infer T> ? T : never };

/** Flags that every command takes. */
export const helpFlag = 'help';
export const versionFlag = 'version';
