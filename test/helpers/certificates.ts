import { createPrivateKey, type KeyObject, webcrypto } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

const day = 24 * 60 * 60 * 1000;

/** What a certificate may be told to be, however wrong. */
export interface Wanted {
  readonly commonName?: string;
  readonly organizations?: readonly string[];
  /** More attributes of the subject, by object identifier. */
  readonly attributes?: readonly (readonly [oid: string, value: string])[];
  /** Milliseconds from now. */
  readonly from?: number;
  readonly until?: number;
  readonly isAuthority?: boolean;
  readonly maxPathLength?: number;
  /** Object identifiers; undefined leaves the extension out. */
  readonly purposes?: readonly string[] | undefined;
  /** A critical extension that nobody knows. */
  readonly oddity?: string;
  /** Host names. */
  readonly hosts?: readonly string[];
  /** IPv4 addresses. */
  readonly addresses?: readonly string[];
  readonly permittedHosts?: readonly string[];
  readonly serial?: number;
  readonly key?: webcrypto.CryptoKeyPair;
  readonly nowMs?: number;
}

/** A certificate and its key, which may sign others. */
export interface Made {
  /** PEM, and that of those above it up to the root, without the root. */
  readonly cert: string;
  readonly chain: string;
  /** PEM. */
  readonly key: string;
  readonly keyObject: KeyObject;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certificate: pkijs.Certificate;
  /** For `tls.connect` and its like: the certificate with the chain. */
  readonly identity: { readonly cert: string; readonly key: string };
}

export const purposes = { client: '1.3.6.1.5.5.7.3.2', server: '1.3.6.1.5.5.7.3.1' } as const;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
let serials = 1;

export const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

const pem = (label: string, der: ArrayBuffer) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;

function nameOf({ commonName = 'test', organizations = [], attributes = [] }: Wanted) {
  const all = [...organizations.map((one) => ['2.5.4.10', one] as const), ...attributes];
  if (commonName !== '') all.push(['2.5.4.3', commonName]);
  const sets = all.map(
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

function extensionsOf(wanted: Wanted): pkijs.Extension[] {
  const add = (extnID: string, critical: boolean, value: asn1js.AsnType) =>
    new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });
  const { isAuthority = false, maxPathLength, oddity, hosts = [], addresses = [], permittedHosts } = wanted;
  const used = 'purposes' in wanted ? wanted.purposes : isAuthority ? undefined : [purposes.client];
  const hostName = (value: string) => new pkijs.GeneralName({ type: 2, value });
  const address = (text: string) =>
    new pkijs.GeneralName({
      type: 7,
      value: new asn1js.OctetString({ valueHex: Uint8Array.from(text.split('.').map(Number)).buffer }),
    });
  return [
    add(
      pkijs.id_BasicConstraints,
      true,
      new pkijs.BasicConstraints({
        cA: isAuthority,
        ...(maxPathLength === undefined ? {} : { pathLenConstraint: maxPathLength }),
      }).toSchema(),
    ),
    ...(used
      ? [add(pkijs.id_ExtKeyUsage, false, new pkijs.ExtKeyUsage({ keyPurposes: [...used] }).toSchema())]
      : []),
    ...(oddity ? [add(oddity, true, new asn1js.Null())] : []),
    ...(hosts.length + addresses.length > 0
      ? [
          add(
            pkijs.id_SubjectAltName,
            false,
            new pkijs.GeneralNames({ names: [...hosts.map(hostName), ...addresses.map(address)] }).toSchema(),
          ),
        ]
      : []),
    ...(permittedHosts
      ? [
          add(
            pkijs.id_NameConstraints,
            true,
            new pkijs.NameConstraints({
              permittedSubtrees: permittedHosts.map(
                (host) => new pkijs.GeneralSubtree({ base: hostName(host) }),
              ),
            }).toSchema(),
          ),
        ]
      : []),
  ];
}

/** A certificate signed by `issuer`, or by itself. */
export async function makeCertificate(wanted: Wanted, issuer?: Made): Promise<Made> {
  const keys = wanted.key ?? (await newKeys());
  const nowMs = wanted.nowMs ?? Date.now();
  const certificate = new pkijs.Certificate();
  certificate.version = 2;
  certificate.serialNumber = new asn1js.Integer({ value: wanted.serial ?? serials++ });
  certificate.subject = nameOf(wanted);
  certificate.issuer = issuer?.certificate.subject ?? certificate.subject;
  certificate.notBefore = new pkijs.Time({ value: new Date(nowMs + (wanted.from ?? -day)) });
  certificate.notAfter = new pkijs.Time({ value: new Date(nowMs + (wanted.until ?? day)) });
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  certificate.extensions = extensionsOf(wanted);
  await certificate.sign((issuer?.keys ?? keys).privateKey, 'SHA-256');
  const cert = pem('CERTIFICATE', certificate.toSchema(true).toBER());
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const keyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const chain =
    issuer && issuer.certificate.issuer !== issuer.certificate.subject ? cert + issuer.chain : cert;
  const key = keyObject.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { cert, chain, key, keyObject, keys, certificate, identity: { cert: chain, key } };
}

export const makeAuthority = (commonName: string, wanted: Wanted = {}, issuer?: Made): Promise<Made> =>
  makeCertificate({ ...wanted, commonName, isAuthority: true }, issuer);

/** A revocation list in PEM form. */
export async function makeRevocationList(
  issuer: Made,
  serialNumbers: readonly number[],
  { from = -day, until = day, signer = issuer }: { from?: number; until?: number; signer?: Made } = {},
): Promise<string> {
  const list = new pkijs.CertificateRevocationList();
  list.version = 1;
  list.issuer = issuer.certificate.subject;
  list.thisUpdate = new pkijs.Time({ value: new Date(Date.now() + from) });
  list.nextUpdate = new pkijs.Time({ value: new Date(Date.now() + until) });
  if (serialNumbers.length > 0) {
    list.revokedCertificates = serialNumbers.map(
      (value) =>
        new pkijs.RevokedCertificate({
          userCertificate: new asn1js.Integer({ value }),
          revocationDate: new pkijs.Time({ value: new Date(Date.now() - day) }),
        }),
    );
  }
  await list.sign(signer.keys.privateKey, 'SHA-256');
  return pem('X509 CRL', list.toSchema(true).toBER());
}
