import { createHash, type KeyObject, sign, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as asn1js from 'asn1js';
import ipaddr from 'ipaddr.js';
import type { Random } from '../apimachinery/random.ts';

/** What a certificate is for; decides its key usages (RFC 5280, 4.2.1.3 and 4.2.1.12). */
export type CertificatePurpose = 'authority' | 'server' | 'client';

export interface CertificateRequest {
  readonly purpose: CertificatePurpose;
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses. */
  readonly hosts?: readonly string[];
  /** P-256. */
  readonly publicKey: KeyObject;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Who signs: a certificate with its key, or a key alone that signs its own certificate. */
export interface Issuer {
  readonly key: KeyObject;
  readonly certificate?: X509Certificate;
}

const oid = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  rsaWithSha256: '1.2.840.113549.1.1.11',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const contextSpecific = 3;
const serialBytes = 16;
/** Positions in a version 3 TBSCertificate (RFC 5280, 4.1). */
const tbsSubject = 5;
const firstYearOfGeneralizedTime = 2050;

const sequence = (...value: asn1js.AsnType[]) => new asn1js.Sequence({ value: value as asn1js.BaseBlock[] });
const objectId = (value: string) => new asn1js.ObjectIdentifier({ value });
const explicit = (tagNumber: number, value: asn1js.AsnType) =>
  new asn1js.Constructed({
    idBlock: { tagClass: contextSpecific, tagNumber },
    value: [value as asn1js.BaseBlock],
  });
const implicit = (tagNumber: number, bytes: Uint8Array) =>
  new asn1js.Primitive({ idBlock: { tagClass: contextSpecific, tagNumber }, valueHex: copy(bytes) });

/** asn1js wants an ArrayBuffer of exactly the bytes. */
const copy = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

const attribute = (type: string, text: string) =>
  new asn1js.Set({ value: [sequence(objectId(type), new asn1js.Utf8String({ value: text }))] });

const nameOf = (request: CertificateRequest) =>
  sequence(
    ...(request.organizations ?? []).map((text) => attribute(oid.organization, text)),
    attribute(oid.commonName, request.commonName),
  );

function time(epochMs: number): asn1js.AsnType {
  const valueDate = new Date(epochMs);
  return valueDate.getUTCFullYear() < firstYearOfGeneralizedTime
    ? new asn1js.UTCTime({ valueDate })
    : new asn1js.GeneralizedTime({ valueDate });
}

const extension = (id: string, critical: boolean, value: asn1js.AsnType) =>
  sequence(
    objectId(id),
    ...(critical ? [new asn1js.Boolean({ value: true })] : []),
    new asn1js.OctetString({ valueHex: value.toBER() }),
  );

/** Bits of KeyUsage with the count of unused trailing bits: digitalSignature, and for authorities keyCertSign and cRLSign. */
const keyUsage = (purpose: CertificatePurpose) =>
  purpose === 'authority'
    ? new asn1js.BitString({ valueHex: copy(Uint8Array.of(0b1000_0110)), unusedBits: 1 })
    : new asn1js.BitString({ valueHex: copy(Uint8Array.of(0b1000_0000)), unusedBits: 7 });

const generalName = (host: string) =>
  isIP(host)
    ? implicit(7, Uint8Array.from(ipaddr.parse(host).toByteArray()))
    : implicit(2, Buffer.from(host, 'latin1'));

/** The usual identifier of a key: SHA-1 of its bits (RFC 5280, 4.2.1.2). */
function keyIdentifier(publicKey: KeyObject): Uint8Array {
  const info = asn1js.fromBER(copy(publicKey.export({ type: 'spki', format: 'der' })))
    .result as asn1js.Sequence;
  const bits = info.valueBlock.value[1] as asn1js.BitString;
  return createHash('sha1').update(bits.valueBlock.valueHexView).digest();
}

function tbsOf(certificate: X509Certificate): asn1js.AsnType[] {
  const outer = asn1js.fromBER(copy(certificate.raw)).result as asn1js.Sequence;
  return (outer.valueBlock.value[0] as asn1js.Sequence).valueBlock.value as asn1js.AsnType[];
}

/** The identifier an authority gave its own key, or the usual one when it carries none. */
function issuerKeyIdentifier(authority: X509Certificate): Uint8Array {
  const tagged = tbsOf(authority).find(
    (field) => field instanceof asn1js.Constructed && field.idBlock.tagNumber === 3,
  );
  const list = (tagged as asn1js.Constructed | undefined)?.valueBlock.value[0] as asn1js.Sequence | undefined;
  for (const item of (list?.valueBlock.value ?? []) as asn1js.Sequence[]) {
    const [id, value] = [item.valueBlock.value[0], item.valueBlock.value.at(-1)];
    if ((id as asn1js.ObjectIdentifier).valueBlock.toString() !== oid.subjectKeyIdentifier) continue;
    const inner = asn1js.fromBER(copy((value as asn1js.OctetString).valueBlock.valueHexView)).result;
    return (inner as asn1js.OctetString).valueBlock.valueHexView;
  }
  return keyIdentifier(authority.publicKey);
}

function extensions(request: CertificateRequest, issuer: Issuer): asn1js.AsnType {
  const authority = request.purpose === 'authority';
  const own = keyIdentifier(request.publicKey);
  const signer = issuer.certificate ? issuerKeyIdentifier(issuer.certificate) : own;
  const list = [
    extension(
      oid.basicConstraints,
      true,
      authority ? sequence(new asn1js.Boolean({ value: true })) : sequence(),
    ),
    extension(oid.keyUsage, true, keyUsage(request.purpose)),
    extension(oid.subjectKeyIdentifier, false, new asn1js.OctetString({ valueHex: copy(own) })),
    extension(oid.authorityKeyIdentifier, false, sequence(implicit(0, signer))),
  ];
  if (!authority) {
    const usage = request.purpose === 'server' ? oid.serverAuth : oid.clientAuth;
    list.push(extension(oid.extendedKeyUsage, false, sequence(objectId(usage))));
  }
  if (request.hosts && request.hosts.length > 0) {
    list.push(extension(oid.subjectAltName, false, sequence(...request.hosts.map(generalName))));
  }
  return explicit(3, sequence(...list));
}

/** A positive serial number of 16 random bytes. */
function serialNumber(random: Random): asn1js.Integer {
  const bytes = Uint8Array.from(random.bytes(serialBytes));
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return new asn1js.Integer({ valueHex: copy(bytes) });
}

const signatureAlgorithm = (key: KeyObject) =>
  key.asymmetricKeyType === 'rsa'
    ? sequence(objectId(oid.rsaWithSha256), new asn1js.Null())
    : sequence(objectId(oid.ecdsaWithSha256));

const pemOf = (der: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;

/** Makes and signs an X.509 version 3 certificate (RFC 5280). PEM. The issuer's key is ECDSA P-256 or RSA. */
export function issueCertificate(request: CertificateRequest, issuer: Issuer, random: Random): string {
  const algorithm = signatureAlgorithm(issuer.key);
  const tbs = sequence(
    explicit(0, new asn1js.Integer({ value: 2 })),
    serialNumber(random),
    algorithm,
    issuer.certificate ? tbsOf(issuer.certificate)[tbsSubject]! : nameOf(request),
    sequence(time(request.notBeforeMs), time(request.notAfterMs)),
    nameOf(request),
    asn1js.fromBER(copy(request.publicKey.export({ type: 'spki', format: 'der' }))).result,
    extensions(request, issuer),
  );
  const signature = sign('sha256', Buffer.from(tbs.toBER()), issuer.key);
  const certificate = sequence(tbs, algorithm, new asn1js.BitString({ valueHex: copy(signature) }));
  return pemOf(new Uint8Array(certificate.toBER()));
}
