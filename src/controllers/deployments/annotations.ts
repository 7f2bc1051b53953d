import type { Deployment, ReplicaSet } from '../../client/kinds.ts';

type Annotations = Readonly<Record<string, string>>;

/** The number of a rollout: of a ReplicaSet its own, of a Deployment that of its newest one. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
/** Numbers that a ReplicaSet had before it was rolled back to, separated by commas. */
const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
/** The size of the Deployment when a ReplicaSet was sized last: tells scaling from a rollout. */
const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas';
/** The same with what it may surge. */
const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas';
/** What was `spec.rollbackTo` in versions of the API that are gone. */
export const rollbackAnnotation = 'deprecated.deployment.rollback.to';

const longestHistory = 2_000;

/** Annotations that mean the object that has them, and are not copied to another. */
const ownAnnotations: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  rollbackAnnotation,
];

const isOwn = (key: string): boolean => ownAnnotations.includes(key);

const shared = (annotations: Annotations | undefined): Annotations =>
  Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !isOwn(key)));

const own = (annotations: Annotations | undefined): Annotations =>
  Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => isOwn(key)));

/** 0 when it has none, NaN when it is no number. */
export function revisionOf({ metadata }: ReplicaSet): number {
  const text = metadata.annotations?.[revisionAnnotation];
  return text === undefined ? 0 : wholeNumber(text);
}

const wholeNumber = (text: string): number => (/^-?\d+$/.test(text) ? Number(text) : Number.NaN);

const revisionsOf = (sets: readonly ReplicaSet[]): readonly number[] =>
  sets.map(revisionOf).filter((revision) => !Number.isNaN(revision));

export const newestRevision = (sets: readonly ReplicaSet[]): number => Math.max(0, ...revisionsOf(sets));

/** The second newest; 0 when there is none. */
export const previousRevision = (sets: readonly ReplicaSet[]): number =>
  revisionsOf(sets)
    .toSorted((a, b) => b - a)
    .at(1) ?? 0;

function count(set: ReplicaSet, annotation: string): number | undefined {
  const text = set.metadata.annotations?.[annotation] ?? '';
  const value = Number(text);
  return /^\d+$/.test(text) && value < 2 ** 31 ? value : undefined;
}

export const desiredReplicasOf = (set: ReplicaSet): number | undefined =>
  count(set, desiredReplicasAnnotation);
export const maxReplicasOf = (set: ReplicaSet): number | undefined => count(set, maxReplicasAnnotation);

export const sizeAnnotations = (desired: number, max: number): Annotations => ({
  [desiredReplicasAnnotation]: String(desired),
  [maxReplicasAnnotation]: String(max),
});

/** Annotations of the newest ReplicaSet: those of its Deployment, and its revision, at least `revision`. */
export function newSetAnnotations(
  deployment: Deployment,
  present: Annotations | undefined,
  revision: number,
): Annotations {
  const annotations = { ...present, ...shared(deployment.metadata.annotations) };
  const before = present?.[revisionAnnotation];
  const beforeNumber = before === undefined || before === '' ? 0 : wholeNumber(before);
  if (Number.isNaN(beforeNumber) || beforeNumber >= revision) return annotations;
  const history = before === undefined ? undefined : withHistory(present, before);
  return {
    ...annotations,
    [revisionAnnotation]: String(revision),
    ...(history === undefined ? {} : { [revisionHistoryAnnotation]: history }),
  };
}

/** The history with one more revision; the oldest ones go when it gets too long. */
function withHistory(annotations: Annotations | undefined, revision: string): string {
  const known = annotations?.[revisionHistoryAnnotation];
  if (!known) return revision;
  const revisions = [...known.split(','), revision];
  while (revisions.length > 1 && revisions.join(',').length > longestHistory) revisions.shift();
  return revisions.join(',');
}

/** Annotations of a Deployment that goes back to what `set` was made from. */
export const rolledBackAnnotations = ({ metadata }: Deployment, set: ReplicaSet): Annotations => ({
  ...own(metadata.annotations),
  ...shared(set.metadata.annotations),
});
