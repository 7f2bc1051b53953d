import { jsonEqual } from '../../apimachinery/object.ts';
import type { Draft } from '../../client/client.ts';
import { type PersistentVolumeClaim, type Pod, type StatefulSet, statefulSets } from '../../client/kinds.ts';
import { type PodTemplate, podFrom } from '../pod-template.ts';
import { podRevisionLabel } from '../revisions.ts';

export const podNameLabel = 'statefulset.kubernetes.io/pod-name';
export const podIndexLabel = 'apps.kubernetes.io/pod-index';

type Volumes = NonNullable<NonNullable<Pod['spec']>['volumes']>;

export const replicasOf = ({ spec }: StatefulSet): number => spec?.replicas ?? 1;
export const startOf = ({ spec }: StatefulSet): number => spec?.ordinals?.start ?? 0;
export const isParallel = ({ spec }: StatefulSet): boolean => spec?.podManagementPolicy === 'Parallel';

export const podName = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name}-${ordinal}`;

/** The number at the end of a pod's name; undefined when it has none or the name is not one that this set gives. */
export function ordinalOf({ metadata: { name } }: Pod, set: StatefulSet): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^\d{1,10}$/.test(rest) ? Number(rest) : undefined;
}

/** Whether a set of today's size has a pod of this number. */
export const isInRange = (set: StatefulSet, ordinal: number): boolean =>
  ordinal >= startOf(set) && ordinal < startOf(set) + replicasOf(set);

export const revisionNameOf = ({ metadata }: Pod): string | undefined => metadata.labels?.[podRevisionLabel];

export const claimName = (
  { metadata }: StatefulSet,
  template: { readonly metadata?: { readonly name?: string } },
  ordinal: number,
): string => `${template.metadata?.name}-${metadata.name}-${ordinal}`;

/** The claims that a pod of this number has. */
export function claimDrafts(
  set: StatefulSet,
  ordinal: number,
): readonly (Draft<PersistentVolumeClaim> & { readonly metadata: { readonly name: string } })[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => {
    const { labels, annotations, finalizers } = template.metadata ?? {};
    return {
      metadata: {
        name: claimName(set, template, ordinal),
        labels: { ...labels, ...set.spec?.selector.matchLabels },
        ...(annotations ? { annotations } : {}),
        ...(finalizers ? { finalizers } : {}),
      },
      ...(template.spec ? { spec: template.spec } : {}),
    };
  });
}

const identityLabels = (set: StatefulSet, ordinal: number) => ({
  [podNameLabel]: podName(set, ordinal),
  [podIndexLabel]: String(ordinal),
});

/** The volumes with the claims of a set in place of those that have the same names. */
function volumesOf(set: StatefulSet, ordinal: number, volumes: Volumes | undefined): Volumes {
  const templates = set.spec?.volumeClaimTemplates ?? [];
  const names = templates.map(({ metadata }) => metadata?.name);
  return [
    ...templates.map((template) => ({
      name: template.metadata?.name ?? '',
      persistentVolumeClaim: { claimName: claimName(set, template, ordinal) },
    })),
    ...(volumes ?? []).filter(({ name }) => !names.includes(name)),
  ];
}

/** The pod of this number. */
export function podOf(set: StatefulSet, template: PodTemplate, revision: string, ordinal: number) {
  const draft = podFrom(template, statefulSets, set);
  const name = podName(set, ordinal);
  const volumes = volumesOf(set, ordinal, draft.spec?.volumes);
  const subdomain = set.spec?.serviceName;
  return {
    ...draft,
    metadata: {
      ...draft.metadata,
      name,
      labels: {
        ...template.metadata?.labels,
        ...identityLabels(set, ordinal),
        [podRevisionLabel]: revision,
      },
    },
    spec: {
      ...draft.spec!,
      ...(volumes.length > 0 ? { volumes } : {}),
      hostname: name,
      ...(subdomain ? { subdomain } : {}),
    },
  } satisfies Draft<Pod>;
}

/** A pod that somebody changed, as it should be; undefined when it is so. */
export function repaired(set: StatefulSet, pod: Pod, ordinal: number): Pod | undefined {
  const isNamed = pod.metadata.labels?.[podNameLabel] === pod.metadata.name;
  const claims = new Map(
    pod.spec?.volumes?.map(({ name, persistentVolumeClaim }) => [name, persistentVolumeClaim?.claimName]),
  );
  const hasClaims = (set.spec?.volumeClaimTemplates ?? []).every((template) =>
    jsonEqual(claims.get(template.metadata?.name ?? ''), claimName(set, template, ordinal)),
  );
  if (isNamed && hasClaims) return undefined;
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...identityLabels(set, ordinal) } },
    spec: { ...pod.spec!, volumes: volumesOf(set, ordinal, pod.spec?.volumes) },
  };
}
