import { X509Certificate } from 'node:crypto';
import {
  duplicate,
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateSignerName } from '../../validation/signer-name.ts';
import { repeated } from '../../validation/values.ts';
import { pemBlocks } from '../pem.ts';
import { parseCertificateRequest } from '../pkcs10.ts';
import { type CsrCondition, conditionsOf, validateConditions } from './conditions.ts';

interface CsrSpec {
  request?: string;
  signerName?: string;
  usages?: string[];
  expirationSeconds?: number;
}

const legacySigner = 'kubernetes.io/legacy-unknown';
const minExpirationSeconds = 600;

/** Every key usage, sorted as messages list them. */
const keyUsages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
] as const;

const certificateOf = (csr: KubeObject) =>
  readStruct<{ certificate?: string }>(csr, 'status').certificate ?? '';

export function validateCsr(csr: KubeObject): FieldError[] {
  const path = FieldPath.of('spec');
  const spec = readStruct<CsrSpec>(csr, 'spec');
  return [
    ...validateRequest(spec.request, path.child('request')),
    ...validateUsages(spec.usages ?? [], path.child('usages')),
    ...validateSigner(spec.signerName ?? '', path.child('signerName')),
    ...validateExpiration(spec.expirationSeconds, path.child('expirationSeconds')),
  ];
}

function validateRequest(request: string | undefined, path: FieldPath): FieldError[] {
  const problem = requestProblem(Buffer.from(request ?? '', 'base64').toString('latin1'));
  return problem === undefined ? [] : [invalid(path, request ?? null, problem)];
}

function requestProblem(pem: string): string | undefined {
  const [block] = pemBlocks(pem);
  if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  try {
    const request = parseCertificateRequest(block.bytes);
    return request.hasValidSignature() ? undefined : 'x509: signature verification failure';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function validateUsages(usages: readonly string[], path: FieldPath): FieldError[] {
  if (usages.length === 0) return [required(path)];
  const known: readonly string[] = keyUsages;
  const again = repeated(usages);
  return [
    ...usages.flatMap((usage, i) =>
      known.includes(usage) ? [] : [notSupported(path.index(i), usage, known)],
    ),
    ...usages.flatMap((usage, i) => (again[i] ? [duplicate(path.index(i), usage)] : [])),
  ];
}

function validateSigner(signerName: string, path: FieldPath): FieldError[] {
  return signerName === legacySigner
    ? [invalid(path, signerName, 'the legacy signerName is not allowed via this API version')]
    : validateSignerName(signerName, path);
}

function validateExpiration(seconds: number | undefined, path: FieldPath): FieldError[] {
  return seconds !== undefined && seconds < minExpirationSeconds
    ? [invalid(path, seconds, 'may not specify a duration less than 600 seconds (10 minutes)')]
    : [];
}

/** The main resource keeps spec and status, so only its conditions may need a word. */
export const validateCsrUpdate = (csr: KubeObject): FieldError[] => validateConditions(conditionsOf(csr));

export function validateCsrApproval(csr: KubeObject, old: KubeObject): FieldError[] {
  return [...validateConditions(conditionsOf(csr)), ...validateKept(csr, old)];
}

export function validateCsrStatus(csr: KubeObject, old: KubeObject): FieldError[] {
  return [
    ...validateConditions(conditionsOf(csr)),
    ...validateCertificate(csr, old),
    ...validateKept(csr, old),
    ...validateNotAdded(csr, old),
  ];
}

const path = FieldPath.of('status', 'conditions');

const countOf = (conditions: readonly CsrCondition[], type: string) =>
  conditions.filter((condition) => condition.type === type).length;

const grown = (csr: KubeObject, old: KubeObject, type: string): number =>
  countOf(conditionsOf(csr), type) - countOf(conditionsOf(old), type);

/** A decision, once taken, stands. */
const validateKept = (csr: KubeObject, old: KubeObject): FieldError[] =>
  ['Approved', 'Denied', 'Failed'].flatMap((type) =>
    grown(csr, old, type) < 0
      ? [forbidden(path, `updates may not remove a condition of type ${JSON.stringify(type)}`)]
      : [],
  );

/** Only `/approval` decides. */
const validateNotAdded = (csr: KubeObject, old: KubeObject): FieldError[] =>
  ['Approved', 'Denied'].flatMap((type) =>
    grown(csr, old, type) > 0
      ? [forbidden(path, `updates may not add a condition of type ${JSON.stringify(type)}`)]
      : [],
  );

function validateCertificate(csr: KubeObject, old: KubeObject): FieldError[] {
  const [certificate, before] = [certificateOf(csr), certificateOf(old)];
  if (certificate === before) return [];
  const certificatePath = FieldPath.of('status', 'certificate');
  const problem = certificateProblem(certificate);
  return [
    ...(problem === undefined ? [] : [invalid(certificatePath, '<certificate data>', problem)]),
    ...(before === ''
      ? []
      : [forbidden(certificatePath, 'updates may not modify existing certificate content')]),
  ];
}

function certificateProblem(certificate: string): string | undefined {
  if (certificate === '') return undefined;
  const blocks = pemBlocks(Buffer.from(certificate, 'base64').toString('latin1'));
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  for (const { type, hasHeaders, bytes } of blocks) {
    if (type !== 'CERTIFICATE') {
      return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    }
    if (hasHeaders) return 'no PEM block headers are permitted';
    try {
      new X509Certificate(bytes);
    } catch {
      return 'x509: malformed certificate';
    }
  }
  return undefined;
}
