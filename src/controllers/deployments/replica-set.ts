import { parseTime } from '../../apimachinery/clock.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import type { Draft } from '../../client/client.ts';
import { type Deployment, deployments, type ReplicaSet } from '../../client/kinds.ts';
import { controllerReference } from '../owners.ts';
import type { PodTemplate } from '../pod-template.ts';
import { templateHash } from '../template-hash.ts';

/** The label that tells the pods of one ReplicaSet from those of the others. */
export const hashLabel = 'pod-template-hash';

const longestName = 253;

type Labels = Readonly<Record<string, string>>;

export const sizeOf = ({ spec }: ReplicaSet): number => spec?.replicas ?? 1;
export const isActive = (set: ReplicaSet): boolean => sizeOf(set) > 0;

export const sizesOf = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, set) => sum + sizeOf(set), 0);

const createdMs = ({ metadata }: ReplicaSet): number => parseTime(metadata.creationTimestamp);

/** The oldest first. */
export const byAge = (a: ReplicaSet, b: ReplicaSet): number =>
  createdMs(a) - createdMs(b) || (a.metadata.name < b.metadata.name ? -1 : 1);

function withoutHash(labels: Labels | undefined): Labels {
  const { [hashLabel]: _, ...others } = labels ?? {};
  return others;
}

/** The template as a Deployment has it. */
export function templateWithoutHash({ metadata, spec }: PodTemplate): PodTemplate {
  return {
    metadata: { ...metadata, labels: { ...withoutHash(metadata?.labels) } },
    ...(spec ? { spec } : {}),
  };
}

export const sameTemplate = (a: PodTemplate | undefined, b: PodTemplate | undefined): boolean =>
  jsonEqual(templateWithoutHash(a ?? {}), templateWithoutHash(b ?? {}));

/** The ReplicaSet that is made from the template of today; of several the oldest. */
export const newSetOf = ({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  sets.toSorted(byAge).find((set) => sameTemplate(set.spec?.template, spec?.template));

/** A ReplicaSet of this size for the template of today. Its name follows from the template, so that it is made once. */
export function draftOf(deployment: Deployment, replicas: number, annotations: Labels) {
  const { metadata, spec, status } = deployment;
  const template = spec?.template ?? {};
  const hash = templateHash(template, status?.collisionCount);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  return {
    metadata: {
      name: `${metadata.name.slice(0, longestName - hash.length - 1)}-${hash}`,
      labels,
      annotations,
      ownerReferences: [controllerReference(deployments, deployment)],
    },
    spec: {
      replicas,
      ...(spec?.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
      selector: {
        ...spec?.selector,
        matchLabels: { ...spec?.selector?.matchLabels, [hashLabel]: hash },
      },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  } satisfies Draft<ReplicaSet>;
}
