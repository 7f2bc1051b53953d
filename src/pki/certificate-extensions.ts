import { isIP } from 'node:net';
import * as asn1js from 'asn1js';
import ipaddr from 'ipaddr.js';
import * as pkijs from 'pkijs';
import type { CertificatePurpose, CertificateRequest } from './certificate.ts';

/** For servers and clients: what the key may be used for (RFC 5280, 4.2.1.12). */
const extendedKeyUsage = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

const extension = (extnID: string, critical: boolean, value: asn1js.AsnType) =>
  new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });

/** Bits of KeyUsage with the count of unused trailing bits: digitalSignature, and for authorities keyCertSign and cRLSign. */
const keyUsage = (purpose: CertificatePurpose) =>
  purpose === 'authority'
    ? new asn1js.BitString({ valueHex: Uint8Array.of(0b1000_0110).buffer, unusedBits: 1 })
    : new asn1js.BitString({ valueHex: Uint8Array.of(0b1000_0000).buffer, unusedBits: 7 });

/** Values of the library's `GeneralName.type`. */
const dnsName = 2;
const ipAddress = 7;

const generalName = (host: string) =>
  isIP(host)
    ? new pkijs.GeneralName({
        type: ipAddress,
        value: new asn1js.OctetString({ valueHex: Uint8Array.from(ipaddr.parse(host).toByteArray()).buffer }),
      })
    : new pkijs.GeneralName({ type: dnsName, value: host });

/** The identifier an authority gave its own key, or the usual one (RFC 5280, 4.2.1.2) when it carries none. */
async function keyIdentifier(certificate: pkijs.Certificate): Promise<asn1js.OctetString> {
  const own = certificate.extensions?.find(({ extnID }) => extnID === pkijs.id_SubjectKeyIdentifier);
  if (own?.parsedValue instanceof asn1js.OctetString) return own.parsedValue;
  return new asn1js.OctetString({ valueHex: await certificate.getKeyHash() });
}

/** Extensions of `certificate`, which has a key and no extensions yet, to be signed by `signer`; itself when they are the same. */
export async function extensionsOf(
  { purpose, hosts = [] }: CertificateRequest,
  certificate: pkijs.Certificate,
  signer: pkijs.Certificate,
): Promise<pkijs.Extension[]> {
  const isAuthority = purpose === 'authority';
  const [subjectKey, authorityKey] = await Promise.all([keyIdentifier(certificate), keyIdentifier(signer)]);
  const list = [
    extension(pkijs.id_BasicConstraints, true, new pkijs.BasicConstraints({ cA: isAuthority }).toSchema()),
    extension(pkijs.id_KeyUsage, true, keyUsage(purpose)),
    extension(pkijs.id_SubjectKeyIdentifier, false, subjectKey),
    extension(
      pkijs.id_AuthorityKeyIdentifier,
      false,
      new pkijs.AuthorityKeyIdentifier({ keyIdentifier: authorityKey }).toSchema(),
    ),
  ];
  if (!isAuthority) {
    const usage = new pkijs.ExtKeyUsage({ keyPurposes: [extendedKeyUsage[purpose]] });
    list.push(extension(pkijs.id_ExtKeyUsage, false, usage.toSchema()));
  }
  if (hosts.length > 0) {
    const names = new pkijs.GeneralNames({ names: hosts.map(generalName) });
    list.push(extension(pkijs.id_SubjectAltName, false, names.toSchema()));
  }
  return list;
}
