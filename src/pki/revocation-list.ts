import { verify as verifySignature, X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';

/** A certificate revocation list (RFC 5280, 5), read and not yet checked against its issuer. */
export interface RevocationList {
  /** Distinguished name of the issuer, DER as hex. */
  readonly issuer: string;
  readonly thisUpdateMs: number;
  /** Absent when the list does not say when the next one comes. */
  readonly nextUpdateMs: number | undefined;
  /** Serial numbers, hex without leading zeros. */
  readonly serials: ReadonlySet<string>;
  readonly isSignedBy: (issuer: Uint8Array) => Promise<boolean>;
}

const block = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----/g;

export const hex = (bytes: Uint8Array | ArrayBuffer): string =>
  Buffer.from(bytes as Uint8Array).toString('hex');

/** `00ff` and `FF` are the same number. */
export const serialText = (serial: string): string => serial.toLowerCase().replace(/^0+(?=.)/, '');

export const nameText = (name: pkijs.RelativeDistinguishedNames): string => hex(name.toSchema().toBER());

/** Every list in a text of PEM blocks. Throws an Error that says what is wrong. */
export function parseRevocationLists(text: string): readonly RevocationList[] {
  const lists = [...text.matchAll(block)].map(([, base64 = '']) => parse(Buffer.from(base64, 'base64')));
  if (lists.length === 0) throw new Error('holds no certificate revocation list in PEM form');
  return lists;
}

function parse(der: Buffer): RevocationList {
  const list = read(der);
  refuseCritical(list.crlExtensions?.extensions);
  const revoked = list.revokedCertificates ?? [];
  for (const { crlEntryExtensions } of revoked) refuseCritical(crlEntryExtensions?.extensions);
  const checked = new Map<string, Promise<boolean>>();
  return {
    issuer: nameText(list.issuer),
    thisUpdateMs: list.thisUpdate.value.getTime(),
    nextUpdateMs: list.nextUpdate?.value.getTime(),
    serials: new Set(
      revoked.map(({ userCertificate }) => serialText(hex(userCertificate.valueBlock.valueHexView))),
    ),
    isSignedBy(issuer) {
      const key = hex(issuer);
      const before = checked.get(key);
      if (before) return before;
      const checking = verify(list, issuer);
      checked.set(key, checking);
      return checking;
    },
  };
}

function read(der: Buffer): pkijs.CertificateRevocationList {
  try {
    return pkijs.CertificateRevocationList.fromBER(Uint8Array.from(der));
  } catch {
    throw new Error('holds a certificate revocation list that cannot be read');
  }
}

/** Lists that are only a part, or that speak for other issuers, say so in a critical extension (RFC 5280, 5.2 and 5.3). */
function refuseCritical(extensions: readonly pkijs.Extension[] = []): void {
  const found = extensions.find(({ critical }) => critical);
  if (found)
    throw new Error(`holds a certificate revocation list with the critical extension ${found.extnID}`);
}

/** Ed25519 and Ed448, which the library does not know. */
const edwardsCurves: ReadonlySet<string> = new Set(['1.3.101.112', '1.3.101.113']);

async function verify(list: pkijs.CertificateRevocationList, issuer: Uint8Array): Promise<boolean> {
  if (edwardsCurves.has(list.signatureAlgorithm.algorithmId)) {
    const { publicKey } = new X509Certificate(issuer);
    return verifySignature(null, list.tbsView, publicKey, list.signatureValue.valueBlock.valueHexView);
  }
  const issuerCertificate = pkijs.Certificate.fromBER(Uint8Array.from(issuer));
  try {
    return await list.verify({ issuerCertificate });
  } catch {
    return false;
  }
}
