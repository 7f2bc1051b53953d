import { flag } from '../flag.ts';
import * as type from '../flag-types.ts';

const minuteMs = 60_000;

export const servingFlags = Object.freeze({
  'bind-address': flag(type.text, '127.0.0.1', 'Address to listen on; 0.0.0.0 or :: for all.'),
  'advertise-address': flag(
    type.text,
    '',
    'Address of the kubernetes endpoints, for others to find the server at; the bind address, or one of this machine, when empty.',
  ),
  'endpoint-reconciler-type': flag(
    type.oneOf('lease', 'master-count', 'none'),
    'lease',
    'How the endpoints of the kubernetes Service are kept when several servers share an etcd: those that renew a lease, as many as --apiserver-count, or not at all.',
  ),
  'apiserver-count': flag(
    type.integer(1),
    1,
    'How many servers share an etcd; only with --endpoint-reconciler-type=master-count.',
  ),
  'secure-port': flag(type.port, 6443, 'Port to listen on; 0 for any free one.'),
  'cert-dir': flag(type.text, '', 'Directory of certificates and keys; DATADIR/pki when empty.'),
  'tls-cert-file': flag(type.text, '', 'Serving certificate with its chain, instead of a generated one.'),
  'tls-private-key-file': flag(type.text, '', 'Key of --tls-cert-file.'),
  'cors-allowed-origins': flag(
    type.list,
    [],
    'Regular expressions of the origins whose pages may use the API, such as ^https://example\\.test(:|$).',
  ),
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
    'Streams a client may have open on one HTTP/2 connection; 100 when 0.',
  ),
  'shutdown-delay-duration': flag(
    type.durationMs,
    0,
    'How long requests are still served once told to stop, while /readyz fails already.',
  ),
  v: flag(type.integer(0), 0, 'Verbosity of the log: 4 or more for debugging.'),
});
