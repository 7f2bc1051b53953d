import { generateKeyPairSync } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

/** What a certification request asks for. */
export interface Wanted {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly emails?: readonly string[];
  /** Asks to be an authority too, which nobody grants. */
  readonly asAuthority?: boolean;
}

/** A certification request in PEM, and its key. */
export async function certificationRequest(wanted: Wanted): Promise<{ pem: string; key: string }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const request = new pkijs.CertificationRequest();
  request.version = 0;
  request.subject = nameOf(wanted);
  request.attributes = [
    new pkijs.Attribute({ type: '1.2.840.113549.1.9.14', values: [extensionsOf(wanted).toSchema()] }),
  ];
  request.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(
    Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })),
  );
  await request.sign(privateKey.toCryptoKey(algorithm, false, ['sign']), 'SHA-256');
  const base64 = Buffer.from(request.toSchema().toBER()).toString('base64');
  return {
    pem: `-----BEGIN CERTIFICATE REQUEST-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE REQUEST-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function nameOf({ commonName, organizations = [] }: Wanted) {
  const pairs = [
    ...organizations.map((value) => ['2.5.4.10', value] as const),
    ['2.5.4.3', commonName] as const,
  ];
  const sets = pairs.map(
    ([type, value]) =>
      new asn1js.Set({
        value: [
          new pkijs.AttributeTypeAndValue({ type, value: new asn1js.Utf8String({ value }) }).toSchema(),
        ],
      }),
  );
  return new pkijs.RelativeDistinguishedNames({
    valueBeforeDecode: new asn1js.Sequence({ value: sets }).toBER(),
  });
}

function extensionsOf({ dnsNames = [], emails = [], asAuthority = false }: Wanted) {
  const names = [
    ...dnsNames.map((value) => new pkijs.GeneralName({ type: 2, value })),
    ...emails.map((value) => new pkijs.GeneralName({ type: 1, value })),
  ];
  const extension = (extnID: string, value: asn1js.AsnType) =>
    new pkijs.Extension({ extnID, critical: false, extnValue: value.toBER() });
  return new pkijs.Extensions({
    extensions: [
      extension(pkijs.id_BasicConstraints, new pkijs.BasicConstraints({ cA: asAuthority }).toSchema()),
      ...(names.length > 0
        ? [extension(pkijs.id_SubjectAltName, new pkijs.GeneralNames({ names }).toSchema())]
        : []),
    ],
  });
}
