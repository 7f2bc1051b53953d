import type { IAppArmorProfile, IContainer, IEnvVar, IPodSpec } from 'kubernetes-models/v1';
import type { FieldPath } from '../../apimachinery/field-error.ts';
import { flatMapped, joined } from '../../apimachinery/lists.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import { visitContainers } from '../validation/visit-containers.ts';
import { fractionalByteWarnings } from './quantities.ts';

/** A container of any sort and where it stands. */
export interface PlacedContainer {
  readonly container: IContainer;
  readonly path: FieldPath;
}

/** Init containers, containers and ephemeral containers, in this order. */
export function placedContainers(spec: IPodSpec, specPath: FieldPath): PlacedContainer[] {
  return visitContainers(spec, specPath).map(([container, path]) => ({ container, path }));
}

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const localhostPrefix = 'localhost/';

/** The key of the annotation that gave a container its AppArmor profile before there was a field. */
export const appArmorAnnotation = (containerName: string): string => appArmorPrefix + containerName;

/** The field that an AppArmor annotation stands for, or undefined when it means nothing. */
export function appArmorProfileOf(annotation: string): IAppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const localhostProfile = annotation.startsWith(localhostPrefix)
    ? annotation.slice(localhostPrefix.length)
    : '';
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile };
}

export const appArmorDeprecation = (path: FieldPath): string =>
  `${path}: deprecated since v1.30; use the "appArmorProfile" field instead`;

/** An AppArmor annotation of a template that says something else than the fields. */
export function appArmorWarnings(
  { name, securityContext }: IContainer,
  podProfile: IAppArmorProfile | undefined,
  annotations: Readonly<Record<string, string>>,
  annotationsPath: FieldPath,
): string[] {
  const key = appArmorAnnotation(name);
  if (securityContext?.appArmorProfile || !Object.hasOwn(annotations, key)) return [];
  const sameAsPod = podProfile && jsonEqual(podProfile, appArmorProfileOf(annotations[key]!));
  return sameAsPod ? [] : [appArmorDeprecation(annotationsPath.key(key))];
}

const byteResources = ['memory', 'ephemeral-storage'];

/** Amounts and environment of one container. */
export function containerWarnings({ container, path }: PlacedContainer): string[] {
  const { resources, env } = container;
  return joined(
    fractionalByteWarnings(resources?.limits, byteResources, path.child('resources', 'limits')),
    fractionalByteWarnings(resources?.requests, byteResources, path.child('resources', 'requests')),
    envWarnings(env ?? [], path.child('env')),
  );
}

/** A name may come twice when the later value builds on the earlier: `PATH=$(PATH):/more`. */
function envWarnings(env: readonly IEnvVar[], path: FieldPath): string[] {
  const seen = new Set<string>();
  return flatMapped(env, ({ name, value = '', valueFrom }, i) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const reference = `$(${name})`;
    const buildsOn = !valueFrom && value !== reference && value.includes(reference);
    if (buildsOn) return [];
    const text = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
    return [`${path.index(i)}: ${text}`];
  });
}
