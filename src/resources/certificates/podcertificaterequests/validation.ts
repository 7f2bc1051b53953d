import { type FieldError, FieldPath, invalid, required, tooLong } from '../../../apimachinery/field-error.ts';
import { maxAnnotationsBytes } from '../../../apimachinery/labels-validation.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { byteLength, nameIsDNSSubdomain } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { isDomainPrefixedKey } from '../../../apimachinery/qualified-names.ts';
import { validateSignerName } from '../../validation/signer-name.ts';
import { invalidFor } from '../../validation/values.ts';
import { validateRequestedKey } from './keys.ts';
import { type RequestSpec, specOf } from './types.ts';

const maxUidBytes = 128;
const minExpirationSeconds = 60 * 60;
const maxExpirationSeconds = 91 * 24 * 60 * 60;
const maxKubernetesExpirationSeconds = 24 * 60 * 60;

const path = FieldPath.of('spec');

/** Signers of the project itself, whose certificates live no longer than a day. */
function isKubernetesSigner(signerName: string): boolean {
  const host = signerName.split('/')[0]!;
  return host === 'kubernetes.io' || host.endsWith('.kubernetes.io');
}

export function validatePodCertificateRequest(request: KubeObject): FieldError[] {
  const spec = specOf(request);
  const errors = [
    ...validateSignerName(spec.signerName ?? '', path.child('signerName')),
    ...validateUserAnnotations(spec.unverifiedUserAnnotations, path.child('unverifiedUserAnnotations')),
    ...validateReference(spec, 'podName', 'podUID'),
    ...validateReference(spec, 'serviceAccountName', 'serviceAccountUID'),
    ...validateReference(spec, 'nodeName', 'nodeUID'),
  ];
  const seconds = spec.maxExpirationSeconds;
  if (seconds === undefined) {
    return [...errors, required(path.child('maxExpirationSeconds'), 'must be set')];
  }
  return [...errors, ...validateExpiration(seconds, spec.signerName ?? ''), ...validateRequestedKey(spec)];
}

function validateUserAnnotations(
  annotations: Record<string, string> | undefined,
  annotationsPath: FieldPath,
): FieldError[] {
  if (!annotations) return [];
  const totalBytes = Object.keys(annotations).reduce(
    (total, key) => total + byteLength(key) + byteLength(annotations[key]!),
    0,
  );
  return [
    ...Object.keys(annotations).flatMap((key) => isDomainPrefixedKey(annotationsPath, key.toLowerCase())),
    ...(totalBytes > maxAnnotationsBytes ? [tooLong(annotationsPath, maxAnnotationsBytes)] : []),
  ];
}

type Reference = 'podName' | 'podUID' | 'serviceAccountName' | 'serviceAccountUID' | 'nodeName' | 'nodeUID';

function validateReference(spec: RequestSpec, nameField: Reference, uidField: Reference): FieldError[] {
  const { [nameField]: name = '', [uidField]: uid = '' } = spec;
  const uidPath = path.child(uidField);
  return [
    ...invalidFor(nameIsDNSSubdomain(name, false), name, path.child(nameField)),
    ...(uid === '' ? [invalid(uidPath, uid, 'must not be empty')] : []),
    ...(byteLength(uid) > maxUidBytes ? [tooLong(uidPath, maxUidBytes)] : []),
  ];
}

function validateExpiration(seconds: number, signerName: string): FieldError[] {
  const max = isKubernetesSigner(signerName) ? maxKubernetesExpirationSeconds : maxExpirationSeconds;
  if (seconds >= minExpirationSeconds && seconds <= max) return [];
  const detail = `must be in the range [${minExpirationSeconds}, ${max}]`;
  return [invalid(path.child('maxExpirationSeconds'), seconds, detail)];
}

export const validatePodCertificateRequestUpdate = (request: KubeObject, old: KubeObject): FieldError[] =>
  validateImmutableField(request['spec'], old['spec'], path);
