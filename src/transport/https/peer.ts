import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { Peer } from '../../endpoints/exchange.ts';

/** Certificates of a chain that are looked at. A client that sends more sends something else than its chain. */
const maxCertificates = 10;

const none: readonly X509Certificate[] = Object.freeze([]);

/** What the TLS handshake says about the other side. Called once per connection. */
export function peerOf(socket: TLSSocket): Peer {
  const address = socket.remoteAddress ?? '';
  // Now, as a socket that is closed has forgotten them; who never showed one must stay apart from who has gone.
  const presented = chainOf(socket.getPeerCertificate(true));
  if (presented.length === 0) return Object.freeze({ address, certificates: none });
  let certificates: readonly X509Certificate[] | undefined;
  return Object.freeze({
    address,
    get certificates() {
      certificates ??= Object.freeze(presented.map((der) => new X509Certificate(der)));
      return certificates;
    },
  });
}

/** DER, from the certificate of the client upwards. The runtime ends a chain with a certificate that is its own issuer. */
function chainOf(leaf: DetailedPeerCertificate): readonly Buffer[] {
  const chain: Buffer[] = [];
  let certificate: DetailedPeerCertificate | undefined = leaf;
  while (certificate?.raw && chain.length < maxCertificates && !chain.includes(certificate.raw)) {
    chain.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}
