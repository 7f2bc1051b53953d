import { X509Certificate } from 'node:crypto';
import { type FieldError, FieldPath, invalid, tooLong } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { byteLength, nameIsDNSSubdomain } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateSignerName } from '../../validation/signer-name.ts';
import { invalidFor } from '../../validation/values.ts';
import { type PemBlock, pemBlocks } from '../pem.ts';

interface BundleSpec {
  signerName?: string;
  trustBundle?: string;
}

const maxTrustBundleBytes = 1024 * 1024;
const omitted = '<value omitted>';
const specOf = (bundle: KubeObject) => readStruct<BundleSpec>(bundle, 'spec');

export function validateClusterTrustBundle(bundle: KubeObject): FieldError[] {
  const path = FieldPath.of('spec', 'trustBundle');
  return [...validateNameAndSigner(bundle), ...validateTrustBundle(specOf(bundle).trustBundle ?? '', path)];
}

export function validateClusterTrustBundleUpdate(bundle: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [specOf(bundle), specOf(old)];
  return [
    ...(spec.trustBundle === before.trustBundle
      ? validateNameAndSigner(bundle)
      : validateClusterTrustBundle(bundle)),
    ...validateImmutableField(
      spec.signerName ?? '',
      before.signerName ?? '',
      FieldPath.of('spec', 'signerName'),
    ),
  ];
}

function validateNameAndSigner(bundle: KubeObject): FieldError[] {
  const { signerName = '' } = specOf(bundle);
  const { name = '' } = bundle.metadata;
  return [
    ...invalidFor(nameProblems(name, signerName), name, FieldPath.of('metadata', 'name')),
    ...(signerName === '' ? [] : validateSignerName(signerName, FieldPath.of('spec', 'signerName'))),
  ];
}

/** A bundle of a signer is called `<signer with : for />:<name>`. */
function nameProblems(name: string, signerName: string): string[] {
  if (signerName === '') {
    return name.includes(':')
      ? ['ClusterTrustBundle without signer name must not have ":" in its name']
      : nameIsDNSSubdomain(name, false);
  }
  const prefix = `${signerName.replaceAll('/', ':')}:`;
  return name.startsWith(prefix)
    ? nameIsDNSSubdomain(name.slice(prefix.length), false)
    : [`ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`];
}

function validateTrustBundle(text: string, path: FieldPath): FieldError[] {
  if (byteLength(text) > maxTrustBundleBytes) return [tooLong(path, maxTrustBundleBytes)];
  const blocks = pemBlocks(text);
  const problems = blocks.flatMap((block, i) => anchorProblem(block, i) ?? []);
  if (blocks.length === 0) problems.push('at least one trust anchor must be provided');
  if (problems.length === 0) problems.push(...duplicateProblems(blocks));
  return problems.map((problem) => invalid(path, omitted, problem));
}

function anchorProblem({ type, hasHeaders, bytes }: PemBlock, i: number): string | undefined {
  if (type !== 'CERTIFICATE') return `entry ${i} has bad block type: ${type}`;
  if (hasHeaders) return `entry ${i} has PEM block headers`;
  try {
    return new X509Certificate(bytes).ca ? undefined : `entry ${i} does not have the CA bit set`;
  } catch {
    return `entry ${i} does not parse as X.509`;
  }
}

function duplicateProblems(blocks: readonly PemBlock[]): string[] {
  const indices = new Map<string, number[]>();
  for (const [i, { bytes }] of blocks.entries()) {
    const key = bytes.toString('base64');
    indices.set(key, [...(indices.get(key) ?? []), i]);
  }
  return [...indices.values()]
    .filter((same) => same.length > 1)
    .map((same) => `duplicate trust anchor (indices [${same.join(' ')}])`);
}
