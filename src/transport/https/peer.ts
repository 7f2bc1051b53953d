import type { TLSSocket } from 'node:tls';
import type { Peer } from '../../endpoints/exchange.ts';

const valuesOf = (attribute: string | string[] | undefined): readonly string[] =>
  attribute === undefined ? [] : Array.isArray(attribute) ? attribute : [attribute];

/**
 * What the TLS handshake says about the other side. Called once per connection. A certificate counts only when it chains to
 * the client CA and may be used by clients; OpenSSL has checked both.
 */
export function peerOf(socket: TLSSocket): Peer {
  const address = socket.remoteAddress ?? '';
  const presented = socket.getPeerCertificate(false);
  if (!presented?.subject) return Object.freeze({ address });
  if (!socket.authorized) {
    return Object.freeze({
      address,
      certificateError: String(socket.authorizationError ?? 'certificate refused'),
    });
  }
  return Object.freeze({
    address,
    certificate: Object.freeze({
      commonName: valuesOf(presented.subject.CN).at(-1) ?? '',
      organizations: valuesOf(presented.subject.O),
      fingerprint: presented.fingerprint256.replaceAll(':', '').toLowerCase(),
    }),
  });
}
