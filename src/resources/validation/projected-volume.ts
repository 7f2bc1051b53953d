import type {
  IClusterTrustBundleProjection,
  IPodCertificateProjection,
  IProjectedVolumeSource,
  IServiceAccountTokenProjection,
  IVolumeProjection,
} from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import { maxAnnotationsBytes } from '../../apimachinery/labels-validation.ts';
import { byteLength, isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { isDomainPrefixedKey } from '../../apimachinery/qualified-names.ts';
import { validateLabelSelector } from './label-selector.ts';
import { validateFileMode, validateLocalNonReservedPath } from './paths.ts';
import { validateSignerName } from './signer-name.ts';
import { requireFields, validateDownwardAPIFile, validateItems } from './volume-sources.ts';

const minTokenSeconds = 600;
const maxTokenSeconds = 2 ** 32;
const keyTypes = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const minCertificateSeconds = 3600;
const maxCertificateSeconds = 91 * 86_400;
/** For the signers of the project itself. */
const maxOwnCertificateSeconds = 86_400;

/** Files that the sources of a volume put down; no two may share a path. */
class UsedPaths {
  private readonly paths = new Set<string>();
  private readonly volume: FieldPath;

  constructor(volume: FieldPath) {
    this.volume = volume;
  }

  /** Takes a path. `owner` is the value that the finding shows. */
  take(path: string, owner = path): FieldError[] {
    if (path === '') return [];
    if (this.paths.has(path)) return [invalid(this.volume, owner, 'conflicting duplicate paths')];
    this.paths.add(path);
    return [];
  }
}

/** `projected`: several sources in one directory. */
export function validateProjected(source: IProjectedVolumeSource, path: FieldPath): FieldError[] {
  const used = new UsedPaths(path);
  return [
    ...validateFileMode(source.defaultMode, path.child('defaultMode')),
    ...(source.sources ?? []).flatMap((projection, i) =>
      validateProjection(projection, used, path, path.child('sources').index(i)),
    ),
  ];
}

function validateProjection(
  projection: IVolumeProjection,
  used: UsedPaths,
  volumePath: FieldPath,
  path: FieldPath,
): FieldError[] {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } =
    projection;
  const errors: FieldError[] = [];
  for (const [field, source] of [
    ['secret', secret],
    ['configMap', configMap],
  ] as const) {
    if (!source) continue;
    errors.push(...requireFields(source, ['name'], path.child(field)));
    errors.push(...validateItems(source.items, path.child(field)));
    for (const item of source.items ?? []) errors.push(...used.take(item.path ?? '', source.name ?? ''));
  }
  for (const file of downwardAPI?.items ?? []) {
    errors.push(...validateDownwardAPIFile(file, path.child('downwardAPI')), ...used.take(file.path ?? ''));
  }
  if (serviceAccountToken) {
    errors.push(...validateToken(serviceAccountToken, volumePath, path.child('serviceAccountToken')));
  }
  if (clusterTrustBundle) {
    errors.push(...validateTrustBundle(clusterTrustBundle, path.child('clusterTrustBundle')));
    errors.push(...used.take(clusterTrustBundle.path ?? ''));
  }
  if (podCertificate) {
    errors.push(...validatePodCertificate(podCertificate, used, path.child('podCertificate')));
  }
  const sources = [secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate];
  if (sources.filter(Boolean).length > 1) {
    errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}

/** Upstream reports the path of the token on the volume. */
function validateToken(
  { expirationSeconds = 0, path: file = '' }: Partial<IServiceAccountTokenProjection>,
  volumePath: FieldPath,
  path: FieldPath,
): FieldError[] {
  const secondsPath = path.child('expirationSeconds');
  const filePath = volumePath.child('path');
  const errors: FieldError[] = [];
  if (expirationSeconds < minTokenSeconds) {
    errors.push(invalid(secondsPath, expirationSeconds, 'may not specify a duration less than 10 minutes'));
  }
  if (expirationSeconds > maxTokenSeconds) {
    errors.push(
      invalid(secondsPath, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'),
    );
  }
  return [...errors, ...(file === '' ? [required(filePath)] : validateLocalNonReservedPath(file, filePath))];
}

function validateTrustBundle(bundle: Partial<IClusterTrustBundleProjection>, path: FieldPath): FieldError[] {
  return [
    ...validateBundleChoice(bundle, path),
    ...requireFields(bundle, ['path'], path),
    ...validateLocalNonReservedPath(bundle.path ?? '', path.child('path')),
  ];
}

function validateBundleChoice(bundle: Partial<IClusterTrustBundleProjection>, path: FieldPath): FieldError[] {
  const { name, signerName, labelSelector } = bundle;
  if (name !== undefined && signerName !== undefined) {
    return [invalid(path, bundle, 'only one of name and signerName may be used')];
  }
  if (name !== undefined) {
    const namePath = path.child('name');
    // The name of a bundle with a signer starts with the signer's name and a colon.
    const own = name.slice(name.lastIndexOf(':') + 1);
    return [
      ...(name === '' ? [required(namePath, 'must be a valid object name')] : []),
      ...isDNS1123Subdomain(own).map((message) =>
        invalid(namePath, name, `not a valid clustertrustbundlename: ${message}`),
      ),
      ...(labelSelector
        ? [
            invalid(
              path.child('labelSelector'),
              labelSelector,
              'labelSelector must be unset if name is specified',
            ),
          ]
        : []),
    ];
  }
  if (signerName === undefined) return [required(path, 'either name or signerName must be specified')];
  const signerPath = path.child('signerName');
  return [
    ...(signerName === '' ? [required(signerPath, 'must be a valid signer name')] : []),
    ...validateSignerName(signerName, signerPath),
    ...validateLabelSelector(labelSelector, path.child('labelSelector')),
  ];
}

function validatePodCertificate(
  source: Partial<IPodCertificateProjection>,
  used: UsedPaths,
  path: FieldPath,
): FieldError[] {
  const { signerName = '', keyType = '', maxExpirationSeconds } = source;
  const errors = [
    ...validateSignerName(signerName, path.child('signerName')),
    ...validateUserAnnotations(source.userAnnotations, path.child('userAnnotations')),
    ...(keyTypes.includes(keyType) ? [] : [notSupported(path.child('keyType'), keyType, keyTypes)]),
    ...validateCertificateSeconds(maxExpirationSeconds, signerName, path.child('maxExpirationSeconds')),
  ];
  const fields = (['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const).filter(
    (field) => source[field],
  );
  for (const field of fields) {
    errors.push(
      ...validateLocalNonReservedPath(source[field]!, path.child(field)),
      ...used.take(source[field]!),
    );
  }
  if (fields.length > 0) return errors;
  const detail = 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath';
  return [...errors, required(path, detail)];
}

/** Keys with a domain, of the size of annotations. */
function validateUserAnnotations(annotations: Record<string, string> = {}, path: FieldPath): FieldError[] {
  let totalBytes = 0;
  const errors: FieldError[] = [];
  for (const key of Object.keys(annotations)) {
    totalBytes += byteLength(key) + byteLength(annotations[key]!);
    errors.push(...isDomainPrefixedKey(path, key.toLowerCase()));
  }
  return totalBytes > maxAnnotationsBytes ? [...errors, tooLong(path, maxAnnotationsBytes)] : errors;
}

function validateCertificateSeconds(
  seconds: number | undefined,
  signer: string,
  path: FieldPath,
): FieldError[] {
  if (seconds === undefined) return [];
  const max = /^([^/]*\.)?kubernetes\.io\//.test(signer) ? maxOwnCertificateSeconds : maxCertificateSeconds;
  if (seconds < minCertificateSeconds) {
    return [invalid(path, seconds, `if provided, maxExpirationSeconds must be >= ${minCertificateSeconds}`)];
  }
  return seconds > max ? [invalid(path, seconds, `if provided, maxExpirationSeconds must be <= ${max}`)] : [];
}
