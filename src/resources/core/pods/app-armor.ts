import type { IPod } from 'kubernetes-models/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import { jsonEqual } from '../../../apimachinery/object.ts';
import {
  appArmorAnnotation,
  appArmorDeprecation,
  appArmorProfileOf,
  placedContainers,
} from '../../warnings/containers.ts';

/**
 * Turns the AppArmor annotations of a new pod into the fields that replaced them, where those are not set and the
 * profile is not the pod's own anyway (KEP-24, version skew). `warn` is told of every annotation that mattered.
 */
export function adoptAppArmorAnnotations({ metadata, spec }: IPod, warn: (text: string) => void): void {
  const annotations = metadata?.annotations ?? {};
  if (!spec || spec.os?.name === 'windows') return;
  const podProfile = spec.securityContext?.appArmorProfile;
  for (const { container } of placedContainers(spec, FieldPath.root)) {
    const key = appArmorAnnotation(container.name);
    if (container.securityContext?.appArmorProfile || !Object.hasOwn(annotations, key)) continue;
    const profile = appArmorProfileOf(annotations[key]!);
    if (profile && podProfile && jsonEqual(profile, podProfile)) continue;
    if (profile) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
    warn(appArmorDeprecation(FieldPath.of('metadata', 'annotations').key(key)));
  }
}
