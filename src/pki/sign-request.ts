import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import type { Random } from '../apimachinery/random.ts';
import {
  hash,
  type Issuer,
  ownBytes,
  pemOf,
  serialNumber,
  signingAlgorithm,
  timeOf,
  version3,
} from './certificate.ts';

/** What a certification request (PKCS#10) asks to be called. */
export interface RequestedNames {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: number;
  readonly ipAddresses: number;
  readonly emailAddresses: number;
  readonly uris: number;
}

export interface SigningTerms {
  /** As CertificateSigningRequests name them, all known. */
  readonly usages: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

const commonNameType = '2.5.4.3';
const organizationType = '2.5.4.10';
const extensionRequest = '1.2.840.113549.1.9.14';
/** Values of the library's `GeneralName.type`. */
const nameTypes = { email: 1, dns: 2, uri: 6, ip: 7 } as const;

/** Bits of KeyUsage, the first one being the highest (RFC 5280, 4.2.1.3). */
const keyUsageBits: ReadonlyMap<string, number> = new Map([
  ['signing', 0],
  ['digital signature', 0],
  ['content commitment', 1],
  ['key encipherment', 2],
  ['data encipherment', 3],
  ['key agreement', 4],
  ['cert sign', 5],
  ['crl sign', 6],
  ['encipher only', 7],
  ['decipher only', 8],
]);

/** In the order in which the reference server writes them. */
const extendedKeyUsages: ReadonlyMap<string, string> = new Map([
  ['any', '2.5.29.37.0'],
  ['server auth', '1.3.6.1.5.5.7.3.1'],
  ['client auth', '1.3.6.1.5.5.7.3.2'],
  ['code signing', '1.3.6.1.5.5.7.3.3'],
  ['email protection', '1.3.6.1.5.5.7.3.4'],
  ['s/mime', '1.3.6.1.5.5.7.3.4'],
  ['ipsec end system', '1.3.6.1.5.5.7.3.5'],
  ['ipsec tunnel', '1.3.6.1.5.5.7.3.6'],
  ['ipsec user', '1.3.6.1.5.5.7.3.7'],
  ['timestamping', '1.3.6.1.5.5.7.3.8'],
  ['ocsp signing', '1.3.6.1.5.5.7.3.9'],
  ['microsoft sgc', '1.3.6.1.4.1.311.10.3.3'],
  ['netscape sgc', '2.16.840.1.113730.4.1'],
]);

const parse = (der: Uint8Array) => pkijs.CertificationRequest.fromBER(ownBytes(der));

/** Reads the DER of a request. Throws when it is none. */
export function requestedNames(der: Uint8Array): RequestedNames {
  const request = parse(der);
  const values = (type: string) =>
    request.subject.typesAndValues
      .filter((attribute) => attribute.type === type)
      .map(({ value }) => String(value.valueBlock.value));
  const names = alternativeNames(request);
  const count = (type: number) => names.filter((name) => name.type === type).length;
  return {
    commonName: values(commonNameType).at(-1) ?? '',
    organizations: values(organizationType),
    dnsNames: count(nameTypes.dns),
    ipAddresses: count(nameTypes.ip),
    emailAddresses: count(nameTypes.email),
    uris: count(nameTypes.uri),
  };
}

function alternativeNames(request: pkijs.CertificationRequest): pkijs.GeneralName[] {
  const attribute = request.attributes?.find(({ type }) => type === extensionRequest);
  const [schema] = attribute?.values ?? [];
  if (!schema) return [];
  const { extensions } = new pkijs.Extensions({ schema });
  const extension = extensions.find(({ extnID }) => extnID === pkijs.id_SubjectAltName);
  if (!extension) return [];
  const names = pkijs.GeneralNames.fromBER(extension.extnValue.valueBlock.valueHexView.slice()).names;
  const kept: readonly number[] = Object.values(nameTypes);
  return names.filter(({ type }) => kept.includes(type));
}

/**
 * Signs what a request asks for: its key, its subject and its alternative names, and nothing else of it; the usages and the time are
 * those of the terms. That the request was signed with its own key has been checked before. PEM.
 */
export async function signRequest(
  der: Uint8Array,
  { usages, notBeforeMs, notAfterMs }: SigningTerms,
  issuer: Required<Issuer>,
  random: Random,
): Promise<string> {
  const request = parse(der);
  const signer = pkijs.Certificate.fromBER(ownBytes(issuer.certificate.raw));
  const certificate = new pkijs.Certificate();
  certificate.version = version3;
  certificate.serialNumber = serialNumber(random);
  certificate.subject = request.subject;
  certificate.issuer = signer.subject;
  certificate.notBefore = timeOf(notBeforeMs);
  certificate.notAfter = timeOf(notAfterMs);
  certificate.subjectPublicKeyInfo = request.subjectPublicKeyInfo;
  certificate.extensions = await extensionsFor(usages, alternativeNames(request), signer);
  await certificate.sign(issuer.key.toCryptoKey(signingAlgorithm(issuer.key), false, ['sign']), hash);
  return pemOf(certificate.toSchema(true).toBER());
}

async function extensionsFor(
  usages: readonly string[],
  names: pkijs.GeneralName[],
  signer: pkijs.Certificate,
): Promise<pkijs.Extension[]> {
  const add = (extnID: string, critical: boolean, value: asn1js.AsnType) =>
    new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });
  const purposes = [...extendedKeyUsages].filter(([usage]) => usages.includes(usage)).map(([, oid]) => oid);
  const bits = keyUsage(usages);
  const authority = signer.extensions?.find(({ extnID }) => extnID === pkijs.id_SubjectKeyIdentifier);
  const keyIdentifier = authority?.parsedValue;
  return [
    ...(bits ? [add(pkijs.id_KeyUsage, true, bits)] : []),
    ...(purposes.length > 0
      ? [
          add(
            pkijs.id_ExtKeyUsage,
            false,
            new pkijs.ExtKeyUsage({ keyPurposes: [...new Set(purposes)] }).toSchema(),
          ),
        ]
      : []),
    add(pkijs.id_BasicConstraints, true, new pkijs.BasicConstraints({ cA: false }).toSchema()),
    ...(keyIdentifier instanceof asn1js.OctetString
      ? [
          add(
            pkijs.id_AuthorityKeyIdentifier,
            false,
            new pkijs.AuthorityKeyIdentifier({ keyIdentifier }).toSchema(),
          ),
        ]
      : []),
    ...(names.length > 0
      ? [add(pkijs.id_SubjectAltName, false, new pkijs.GeneralNames({ names }).toSchema())]
      : []),
  ];
}

/** Trailing bits that are zero are left out, as DER wants it. */
function keyUsage(usages: readonly string[]): asn1js.BitString | undefined {
  const bits = usages.flatMap((usage) => keyUsageBits.get(usage) ?? []);
  if (bits.length === 0) return undefined;
  const last = Math.max(...bits);
  const bytes = new Uint8Array(last < 8 ? 1 : 2);
  for (const bit of bits) bytes[bit >> 3]! |= 0x80 >> (bit & 7);
  return new asn1js.BitString({ valueHex: bytes.buffer, unusedBits: 7 - (last & 7) });
}
