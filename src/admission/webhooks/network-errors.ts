import type { TLSSocket } from 'node:tls';

interface NetworkError extends NodeJS.ErrnoException {
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
  /** What each address of a host said, of a host that has several. */
  readonly errors?: readonly NetworkError[];
  readonly cert?: Partial<ReturnType<TLSSocket['getPeerCertificate']>>;
}

/** What the network said, in the words of the reference server. Undefined for what it has no words for. */
export function networkErrorText(error: NetworkError | undefined, host: string): string | undefined {
  const { code = '', message = '', address, port, hostname, cert } = error?.errors?.[0] ?? error ?? {};
  const dial = `dial tcp ${address?.includes(':') ? `[${address}]` : address}:${port}: connect:`;
  switch (code) {
    case 'ECONNREFUSED':
      return `${dial} connection refused`;
    case 'ETIMEDOUT':
      return `${dial} connection timed out`;
    case 'EHOSTUNREACH':
      return `${dial} no route to host`;
    case 'ENETUNREACH':
      return `${dial} network is unreachable`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${hostname ?? host}: no such host`;
    case 'ECONNRESET':
      return message === 'socket hang up' ? 'EOF' : 'read: connection reset by peer';
    case 'EPROTO':
      return 'http: server gave HTTP response to HTTPS client';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return unverified(otherName(host, cert?.subjectaltname));
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return unverified('certificate has expired or is not yet valid');
    default:
      return unknownAuthority.has(code) ? unverified('certificate signed by unknown authority') : undefined;
  }
}

const unknownAuthority: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

const unverified = (why: string): string => `tls: failed to verify certificate: x509: ${why}`;

function otherName(host: string, names = ''): string {
  if (names === '') return 'certificate relies on legacy Common Name field, use SANs instead';
  const of = (kind: string) =>
    names
      .split(', ')
      .filter((name) => name.startsWith(`${kind}:`))
      .map((name) => name.slice(kind.length + 1));
  if (/^[\d.]+$|:/.test(host)) {
    const addresses = of('IP Address');
    return addresses.length === 0
      ? `cannot validate certificate for ${host} because it doesn't contain any IP SANs`
      : `certificate is valid for ${addresses.join(', ')}, not ${host}`;
  }
  return `certificate is valid for ${of('DNS').join(', ')}, not ${host}`;
}
