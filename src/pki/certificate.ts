import type { KeyObject, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import type { Random } from '../apimachinery/random.ts';
import { extensionsOf } from './certificate-extensions.ts';

/** What a certificate is for; decides its key usages (RFC 5280, 4.2.1.3 and 4.2.1.12). */
export type CertificatePurpose = 'authority' | 'server' | 'client';

export interface CertificateRequest {
  readonly purpose: CertificatePurpose;
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses. */
  readonly hosts?: readonly string[];
  readonly publicKey: KeyObject;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Who signs: a certificate with its key, or a key alone that signs its own certificate. */
export interface Issuer {
  /** ECDSA on a NIST curve, or RSA. */
  readonly key: KeyObject;
  readonly certificate?: X509Certificate;
}

const organizationName = '2.5.4.10';
const commonName = '2.5.4.3';
export const hash = 'SHA-256';
const serialBytes = 16;
export const version3 = 2;
/** From this year on, times are written with four digits of the year (RFC 5280, 4.1.2.5). */
const firstYearOfGeneralizedTime = 2050;

/** WebCrypto's names of the curves. */
const curves: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** How a key signs, as WebCrypto names it. */
export const signingAlgorithm = (key: KeyObject) =>
  key.asymmetricKeyType === 'rsa'
    ? { name: 'RSASSA-PKCS1-v1_5', hash }
    : { name: 'ECDSA', namedCurve: curves[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'P-256' };

/** A name of one attribute after the other. The library itself would put all of them into one set. */
function nameOf({ organizations = [], commonName: name }: CertificateRequest) {
  const attribute = (type: string, value: string) =>
    new pkijs.AttributeTypeAndValue({ type, value: new asn1js.Utf8String({ value }) });
  const attributes = [
    ...organizations.map((organization) => attribute(organizationName, organization)),
    attribute(commonName, name),
  ];
  const sets = attributes.map((one) => new asn1js.Set({ value: [one.toSchema()] }));
  return new pkijs.RelativeDistinguishedNames({
    valueBeforeDecode: new asn1js.Sequence({ value: sets }).toBER(),
  });
}

export function timeOf(epochMs: number): pkijs.Time {
  const value = new Date(epochMs);
  const { UTCTime, GeneralizedTime } = pkijs.TimeType;
  return new pkijs.Time({
    type: value.getUTCFullYear() < firstYearOfGeneralizedTime ? UTCTime : GeneralizedTime,
    value,
  });
}

/** A positive serial number of 16 random bytes. */
export function serialNumber(random: Random): asn1js.Integer {
  const bytes = Uint8Array.from(random.bytes(serialBytes));
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return new asn1js.Integer({ valueHex: bytes.buffer });
}

/** The library wants buffers that hold nothing else. */
export const ownBytes = (bytes: Uint8Array) => Uint8Array.from(bytes);

export const pemOf = (der: ArrayBuffer) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;

/** Makes and signs an X.509 version 3 certificate (RFC 5280). PEM. */
export async function issueCertificate(
  request: CertificateRequest,
  issuer: Issuer,
  random: Random,
): Promise<string> {
  const signer = issuer.certificate && pkijs.Certificate.fromBER(ownBytes(issuer.certificate.raw));
  const certificate = new pkijs.Certificate();
  certificate.version = version3;
  certificate.serialNumber = serialNumber(random);
  certificate.subject = nameOf(request);
  certificate.issuer = signer?.subject ?? certificate.subject;
  certificate.notBefore = timeOf(request.notBeforeMs);
  certificate.notAfter = timeOf(request.notAfterMs);
  certificate.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(
    ownBytes(request.publicKey.export({ type: 'spki', format: 'der' })),
  );
  certificate.extensions = await extensionsOf(request, certificate, signer ?? certificate);
  await certificate.sign(issuer.key.toCryptoKey(signingAlgorithm(issuer.key), false, ['sign']), hash);
  return pemOf(certificate.toSchema(true).toBER());
}
