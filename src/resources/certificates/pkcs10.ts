import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type DerElement, derTag, oidText, readDer, sequenceOf } from './der.ts';
import { pemBlocks } from './pem.ts';

/** A PKCS#10 certification request, its signature not yet checked. */
export interface CertificateRequest {
  readonly publicKey: KeyObject;
  /** The organizations of the subject, which become the groups of a client. */
  readonly organizations: readonly string[];
  /** The common name of the subject, which becomes the name of a client; '' when there is none. */
  readonly commonName: string;
  /** True when the request was signed with the private key of `publicKey`. */
  hasValidSignature(): boolean;
}

const organizationOid = '2.5.4.10';
const commonNameOid = '2.5.4.3';
const pssOid = '1.2.840.113549.1.1.10';

/** Digest by signature algorithm; null where the algorithm brings its own. */
const digests: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.5': 'sha1',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.1': 'sha1',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': null,
};

/** DER of the hash identifiers that stand in the parameters of an RSA-PSS signature. */
const pssHashes: Readonly<Record<string, string>> = {
  '0609608648016503040201': 'sha256',
  '0609608648016503040202': 'sha384',
  '0609608648016503040203': 'sha512',
};

/** Reads the DER of a request. Throws with the reason when it is none. */
export function parseCertificateRequest(der: Buffer): CertificateRequest {
  const [outer, ...trailing] = readDer(der);
  if (trailing.length > 0) throw new Error('asn1: syntax error: trailing data');
  const [info, algorithm, signature] = sequenceOf(outer);
  const [, subject, keyInfo] = sequenceOf(info);
  if (!keyInfo || !algorithm || !signature) throw new Error('asn1: structure error: sequence truncated');
  const publicKey = createPublicKey({ key: keyInfo.bytes, format: 'der', type: 'spki' });
  const oid = oidText(sequenceOf(algorithm)[0]);
  // The first byte of a bit string counts unused bits, of which a signature has none.
  const signatureBytes = signature.content.subarray(1);
  return {
    publicKey,
    organizations: valuesIn(subject, organizationOid),
    commonName: valuesIn(subject, commonNameOid).at(-1) ?? '',
    hasValidSignature: () => verifySignature(oid, algorithm.bytes, info!.bytes, publicKey, signatureBytes),
  };
}

/** The organizations that the base64 of a PEM request names; none when it cannot be read. */
export const organizationsOf = (request: string): readonly string[] =>
  readRequest(request)?.organizations ?? [];

/** The common name in the base64 of a PEM request; undefined when it cannot be read. */
export const commonNameOf = (request: string): string | undefined => readRequest(request)?.commonName;

function readRequest(request: string): CertificateRequest | undefined {
  const [block] = pemBlocks(Buffer.from(request, 'base64').toString('latin1'));
  try {
    return block && parseCertificateRequest(block.bytes);
  } catch {
    return undefined;
  }
}

/** A name is a list of sets of pairs of attribute and value. */
function valuesIn(name: DerElement | undefined, oid: string): string[] {
  return sequenceOf(name).flatMap((set) =>
    readDer(set.content).flatMap((pair) => {
      const [attribute, value] = sequenceOf(pair);
      return value && oidText(attribute) === oid ? [textOf(value)] : [];
    }),
  );
}

const textOf = ({ tag, content }: DerElement): string =>
  tag === derTag.bmpString ? Buffer.from(content).swap16().toString('utf16le') : content.toString('utf8');

function verifySignature(
  oid: string,
  algorithm: Buffer,
  data: Buffer,
  key: KeyObject,
  signature: Buffer,
): boolean {
  try {
    if (oid === pssOid) {
      const digest = pssDigest(algorithm);
      return digest !== undefined && verify(digest, data, pssKey(key), signature);
    }
    return Object.hasOwn(digests, oid) && verify(digests[oid], data, key, signature);
  } catch {
    return false; // the key is of another kind than the algorithm
  }
}

const pssKey = (key: KeyObject) => ({
  key,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_AUTO,
});

function pssDigest(algorithm: Buffer): string | undefined {
  const hex = algorithm.toString('hex');
  const found = Object.keys(pssHashes).find((hash) => hex.includes(hash));
  return found === undefined ? undefined : pssHashes[found];
}
