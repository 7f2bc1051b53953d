import type { X509Certificate } from 'node:crypto';
import type * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

/** What the extensions and the subject of a certificate say, as far as checking a chain needs it (RFC 5280). */
export interface CertificateFacts {
  /** Absent without the BasicConstraints extension. */
  readonly basicConstraints: { readonly isAuthority: boolean; readonly maxPathLength?: number } | undefined;
  /** Absent without the KeyUsage extension: every usage is allowed then. */
  readonly keyUsage: { readonly certSign: boolean; readonly crlSign: boolean } | undefined;
  /** Object identifiers of ExtKeyUsage; absent when every purpose is allowed. */
  readonly purposes: readonly string[] | undefined;
  /** Object identifiers of critical extensions that nobody here understands. */
  readonly unknownCritical: readonly string[];
  /** Absent without the NameConstraints extension. */
  readonly constraints:
    | { readonly permitted: readonly Name[]; readonly excluded: readonly Name[] }
    | undefined;
  readonly altNames: readonly Name[];
  /** Object identifier of the algorithm that its issuer signed with. */
  readonly signatureAlgorithm: string;
  /** Object identifier and text of each attribute of the subject, in order; undefined for a value that is no text. */
  readonly subject: readonly { readonly type: string; readonly value: string | undefined }[];
}

/** A name of some kind, or what names of that kind must be like. */
export interface Name {
  /** `GeneralName.type` (RFC 5280, 4.2.1.6). */
  readonly kind: number;
  /** A text, or the bytes of an address. */
  readonly value: string | Uint8Array;
}

const version3 = 2;

/** Extensions that are checked, or that change nothing about whether a chain is good. */
const understood: ReadonlySet<string> = new Set([
  pkijs.id_BasicConstraints,
  pkijs.id_KeyUsage,
  pkijs.id_ExtKeyUsage,
  pkijs.id_NameConstraints,
  pkijs.id_SubjectAltName,
  pkijs.id_SubjectKeyIdentifier,
  pkijs.id_AuthorityKeyIdentifier,
  pkijs.id_CRLDistributionPoints,
  pkijs.id_CertificatePolicies,
]);

const known = new WeakMap<X509Certificate, CertificateFacts>();

/** Throws an Error when the certificate is none that RFC 5280 knows. */
export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  const seen = known.get(certificate);
  if (seen) return seen;
  const facts = read(pkijs.Certificate.fromBER(Uint8Array.from(certificate.raw)));
  known.set(certificate, facts);
  return facts;
}

function read(certificate: pkijs.Certificate): CertificateFacts {
  const extensions = certificate.version === version3 ? (certificate.extensions ?? []) : [];
  const parsed = (oid: string): unknown => {
    const found = extensions.find(({ extnID }) => extnID === oid);
    // The library leaves out what it could not read: what is there and unreadable must not count as absent.
    if (found && found.parsedValue === undefined) throw new Error(`extension ${oid} cannot be read`);
    return found?.parsedValue;
  };
  const basic = parsed(pkijs.id_BasicConstraints) as pkijs.BasicConstraints | undefined;
  const usage = parsed(pkijs.id_KeyUsage) as asn1js.BitString | undefined;
  const purposes = parsed(pkijs.id_ExtKeyUsage) as pkijs.ExtKeyUsage | undefined;
  const altNames = parsed(pkijs.id_SubjectAltName) as pkijs.AltName | undefined;
  const constraints = parsed(pkijs.id_NameConstraints) as pkijs.NameConstraints | undefined;
  return {
    basicConstraints: basic && basicConstraints(basic),
    keyUsage: usage && keyUsage(usage),
    purposes: purposes?.keyPurposes,
    unknownCritical: extensions
      .filter(({ critical, extnID }) => critical && !understood.has(extnID))
      .map(({ extnID }) => extnID),
    constraints: constraints && {
      permitted: (constraints.permittedSubtrees ?? []).map(({ base }) => nameOf(base)),
      excluded: (constraints.excludedSubtrees ?? []).map(({ base }) => nameOf(base)),
    },
    altNames: (altNames?.altNames ?? []).map(nameOf),
    signatureAlgorithm: certificate.signatureAlgorithm.algorithmId,
    subject: certificate.subject.typesAndValues.map(({ type, value }) => ({ type, value: textOf(value) })),
  };
}

function nameOf({ type, value }: pkijs.GeneralName): Name {
  if (typeof value === 'string') return { kind: type, value };
  const bytes: unknown = value?.valueBlock?.valueHexView;
  return { kind: type, value: bytes instanceof Uint8Array ? bytes : '' };
}

function basicConstraints({ cA, pathLenConstraint }: pkijs.BasicConstraints) {
  if (pathLenConstraint === undefined) return { isAuthority: cA };
  // Too large to matter, or not even a number: the library gives an Integer for what does not fit.
  const length = typeof pathLenConstraint === 'number' ? pathLenConstraint : Number.MAX_SAFE_INTEGER;
  return { isAuthority: cA, maxPathLength: length };
}

/** Bits 5 and 6 of the first byte (RFC 5280, 4.2.1.3). */
function keyUsage({ valueBlock }: asn1js.BitString) {
  const [first = 0] = valueBlock.valueHexView;
  return { certSign: (first & 0b0000_0100) !== 0, crlSign: (first & 0b0000_0010) !== 0 };
}

function textOf(value: { readonly valueBlock?: { readonly value?: unknown } }): string | undefined {
  const text = value.valueBlock?.value;
  return typeof text === 'string' ? text : undefined;
}
