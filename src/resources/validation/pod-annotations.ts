import type { IAppArmorProfile, IPodSpec, ISeccompProfile } from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, forbidden, invalid } from '../../apimachinery/field-error.ts';
import { validateLocalDescendingPath } from './paths.ts';
import { visitContainers } from './visit-containers.ts';

/** Set by the kubelet on the API's picture of a pod that it runs from a file. */
export const mirrorAnnotation = 'kubernetes.io/config.mirror';
const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const podSeccompAnnotation = 'seccomp.security.alpha.kubernetes.io/pod';
const containerSeccompPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const localhostPrefix = 'localhost/';

type Annotations = Readonly<Record<string, string>>;

const annotationValue = (annotations: Annotations, key: string): string | undefined =>
  Object.hasOwn(annotations, key) ? annotations[key] : undefined;

/** Annotations that mean something to pods. `path` is that of the annotations. */
export function validatePodAnnotations(
  annotations: Annotations = {},
  spec: IPodSpec,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const mirror = annotationValue(annotations, mirrorAnnotation);
  if (mirror !== undefined && !spec.nodeName) {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(path.key(mirrorAnnotation), mirror, detail));
  }
  const cost = annotationValue(annotations, deletionCostAnnotation);
  if (cost !== undefined && !isDeletionCost(cost)) {
    errors.push(invalid(path.key(deletionCostAnnotation), cost, 'must be a 32bit integer'));
  }
  const seccomp = annotationValue(annotations, podSeccompAnnotation);
  if (seccomp !== undefined) errors.push(...validateSeccompName(seccomp, path.child(podSeccompAnnotation)));
  for (const key of Object.keys(annotations)) {
    const value = annotations[key]!;
    if (key.startsWith(containerSeccompPrefix)) errors.push(...validateSeccompName(value, path.child(key)));
    if (key.startsWith(appArmorPrefix))
      errors.push(...validateAppArmorAnnotation(key, value, spec, path.key(key)));
  }
  return errors;
}

/** A 32-bit integer, written without a plus and without leading zeros. */
const isDeletionCost = (text: string) =>
  /^(0|-?[1-9]\d{0,9})$/.test(text) && Number(text) === (Number(text) | 0);

function validateSeccompName(name: string, path: FieldPath): FieldError[] {
  if (name === 'runtime/default' || name === 'docker/default' || name === 'unconfined') return [];
  if (name.startsWith(localhostPrefix))
    return validateLocalDescendingPath(name.slice(localhostPrefix.length), path);
  return [invalid(path, name, 'must be a valid seccomp profile')];
}

function validateAppArmorAnnotation(
  key: string,
  profile: string,
  spec: IPodSpec,
  path: FieldPath,
): FieldError[] {
  const container = key.slice(appArmorPrefix.length);
  const exists = visitContainers(spec, path).some(([{ name }]) => name === container);
  const errors = exists ? [] : [invalid(path, container, 'container not found')];
  const known =
    ['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith(localhostPrefix);
  if (known) return errors;
  return [...errors, invalid(path, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`)];
}

const namesProfile = (key: string) =>
  key === podSeccompAnnotation || key.startsWith(containerSeccompPrefix) || key.startsWith(appArmorPrefix);

/** Where an annotation and a field name a profile, they must name the same. Checked on create. */
export function validateProfilesMatch(
  annotations: Annotations = {},
  spec: IPodSpec,
  path: FieldPath,
): FieldError[] {
  if (!Object.keys(annotations).some(namesProfile)) return [];
  const seccomp = (key: string, profile: ISeccompProfile | undefined, owner: FieldPath) =>
    validateMatch(
      annotationValue(annotations, key),
      profile,
      'seccomp',
      owner.child('securityContext', 'seccompProfile'),
    );
  const errors = seccomp(podSeccompAnnotation, spec.securityContext?.seccompProfile, path);
  const containers = visitContainers(spec, path);
  for (const [{ name, securityContext }, containerPath] of containers) {
    errors.push(...seccomp(containerSeccompPrefix + name, securityContext?.seccompProfile, containerPath));
  }
  if (spec.os?.name === 'windows') return errors;
  for (const [{ name, securityContext }, containerPath] of containers) {
    const profile = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    const profilePath = containerPath.child('securityContext', 'appArmorProfile');
    errors.push(
      ...validateMatch(annotationValue(annotations, appArmorPrefix + name), profile, 'apparmor', profilePath),
    );
  }
  return errors;
}

function validateMatch(
  annotation: string | undefined,
  profile: ISeccompProfile | IAppArmorProfile | undefined,
  kind: 'seccomp' | 'apparmor',
  path: FieldPath,
): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const mismatch = (field: string, what: string) => [
    forbidden(path.child(field), `${kind} ${what} in annotation and field must match`),
  ];
  switch (profile.type) {
    case 'Unconfined':
      return annotation === 'unconfined' ? [] : mismatch('type', 'type');
    case 'RuntimeDefault': {
      const isDefault =
        annotation === 'runtime/default' || (kind === 'seccomp' && annotation === 'docker/default');
      return isDefault ? [] : mismatch('type', 'type');
    }
    case 'Localhost':
      if (!annotation.startsWith(localhostPrefix)) return mismatch('type', 'type');
      return annotation.slice(localhostPrefix.length) === profile.localhostProfile
        ? []
        : mismatch('localhostProfile', 'profile');
    default:
      return [];
  }
}

const isFixed = (key: string) => key.startsWith(appArmorPrefix) || key === mirrorAnnotation;
const fixedName = (key: string) =>
  key === mirrorAnnotation ? 'mirror pod annotation' : 'AppArmor annotations';

/** Annotations that a pod keeps as it was created. `path` is that of the annotations. */
export function validatePodAnnotationsUpdate(
  annotations: Annotations = {},
  old: Annotations = {},
  spec: IPodSpec,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(old)) {
    if (!isFixed(key) || annotationValue(annotations, key) === old[key]) continue;
    errors.push(forbidden(path.key(key), `may not remove or update ${fixedName(key)}`));
  }
  for (const key of Object.keys(annotations)) {
    if (!isFixed(key) || Object.hasOwn(old, key)) continue;
    errors.push(forbidden(path.key(key), `may not add ${fixedName(key)}`));
  }
  return [...errors, ...validatePodAnnotations(annotations, spec, path)];
}
