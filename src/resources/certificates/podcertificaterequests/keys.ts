import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type FieldError, FieldPath, invalid, tooLong } from '../../../apimachinery/field-error.ts';
import { invalidWithoutValue } from '../../validation/values.ts';
import { parseCertificateRequest } from '../pkcs10.ts';
import type { RequestSpec } from './types.ts';

const maxKeyBytes = 10 * 1024;
const curves = ['prime256v1', 'secp384r1', 'secp521r1'];
const rsaBits = [3072, 4096];

const keyPath = FieldPath.of('spec', 'pkixPublicKey');
const proofPath = FieldPath.of('spec', 'proofOfPossession');
const stubPath = FieldPath.of('spec', 'stubPKCS10Request');

const bytesOf = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64');

/** The key that a certificate is asked for, as a stub CSR or as a key with a proof. Undefined when it can't be read. */
export function requestedKey(spec: RequestSpec): KeyObject | undefined {
  try {
    return spec.stubPKCS10Request
      ? parseCertificateRequest(bytesOf(spec.stubPKCS10Request)).publicKey
      : createPublicKey({ key: bytesOf(spec.pkixPublicKey), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** Findings on the key of a request and the proof that the sender holds it. */
export function validateRequestedKey(spec: RequestSpec): FieldError[] {
  const { stubPKCS10Request: stub, pkixPublicKey: key, proofOfPossession: proof } = spec;
  if (stub && !key && !proof) return validateStub(spec);
  if (!stub && key && proof) return validateKeyAndProof(spec);
  const detail = 'exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set';
  return [invalidWithoutValue(FieldPath.of('spec'), detail)];
}

function validateStub(spec: RequestSpec): FieldError[] {
  const der = bytesOf(spec.stubPKCS10Request);
  if (der.length > maxKeyBytes) return [tooLong(stubPath, maxKeyBytes)];
  const key = requestedKey(spec);
  if (!key) return [invalidWithoutValue(stubPath, 'must be a valid PKCS#10 CSR')];
  const errors = validateKeyKind(key, stubPath, 'P256, P384, or P521');
  if (errors.length > 0) return errors;
  return parseCertificateRequest(der).hasValidSignature()
    ? []
    : [invalidWithoutValue(stubPath, 'invalid signature')];
}

function validateKeyAndProof(spec: RequestSpec): FieldError[] {
  if (bytesOf(spec.pkixPublicKey).length > maxKeyBytes) return [tooLong(keyPath, maxKeyBytes)];
  const proof = bytesOf(spec.proofOfPossession);
  if (proof.length > maxKeyBytes) return [tooLong(proofPath, maxKeyBytes)];
  const key = requestedKey(spec);
  if (!key) return [invalid(keyPath, spec.pkixPublicKey, 'must be a valid PKIX-serialized public key')];
  const errors = validateKeyKind(key, keyPath, 'P256 or P384');
  if (errors.length > 0) return errors;
  return provesPossession(key, spec.podUID ?? '', proof)
    ? []
    : [invalidWithoutValue(proofPath, 'could not verify proof-of-possession signature')];
}

function validateKeyKind(key: KeyObject, path: FieldPath, curveNames: string): FieldError[] {
  const { namedCurve = '', modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return [];
    case 'ec':
      return curves.includes(namedCurve)
        ? []
        : [invalid(path, `curve ${namedCurve}`, `elliptic public keys must use curve ${curveNames}`)];
    case 'rsa':
      return rsaBits.includes(modulusLength)
        ? []
        : [invalid(path, `${modulusLength}-bit modulus`, 'RSA keys must have modulus size 3072 or 4096')];
    default:
      return [
        invalidWithoutValue(path, 'unknown public key type; supported types are Ed25519, ECDSA, and RSA'),
      ];
  }
}

/** The proof is a signature of the pod's UID. */
function provesPossession(key: KeyObject, podUid: string, proof: Buffer): boolean {
  const data = Buffer.from(podUid);
  if (key.asymmetricKeyType === 'ed25519') return verify(null, data, key, proof);
  if (key.asymmetricKeyType === 'ec') return verify('sha256', data, key, proof);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verify('sha256', data, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_AUTO }, proof);
}
