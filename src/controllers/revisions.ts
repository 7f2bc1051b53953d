import { parseTime } from '../apimachinery/clock.ts';
import type { LabelSelector } from '../apimachinery/label-selector.ts';
import { isRecord, jsonEqual } from '../apimachinery/object.ts';
import type { Objects } from '../client/client.ts';
import { isAlreadyExists, isNotFound } from '../client/failure.ts';
import type { Informer } from '../client/informer.ts';
import type { ControllerRevision } from '../client/kinds.ts';
import type { AnyStored, Resource } from '../client/resource.ts';
import { claimed } from './claim.ts';
import { byController, controllerOf, controllerReference } from './owners.ts';
import type { PodTemplate } from './pod-template.ts';
import { templateHash } from './template-hash.ts';

/** The label of a pod that says from which revision it was made. */
export const podRevisionLabel = 'controller-revision-hash';

const longestPrefix = 223;

/** What is kept of an owner: a strategic merge patch that brings its template back. */
export interface RevisionData {
  readonly spec: { readonly template: PodTemplate & { readonly $patch: 'replace' } };
}

export const revisionData = (template: PodTemplate | undefined): RevisionData => ({
  spec: { template: { ...template, $patch: 'replace' } },
});

/** The template that a revision brings back; undefined when it was not made by a controller. */
export function templateOf({ data }: ControllerRevision): PodTemplate | undefined {
  const template = (data as Partial<RevisionData> | undefined)?.spec?.template;
  if (!template) return undefined;
  const { $patch: _, ...kept } = template;
  return kept;
}

/** What kube-controller-manager keeps of a template may have fields that are null. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field)]));
}

const says = (revision: ControllerRevision, data: RevisionData): boolean =>
  jsonEqual(withoutNulls(revision.data), data);

const createdMs = ({ metadata }: ControllerRevision): number => parseTime(metadata.creationTimestamp);

/** The oldest first. */
export const byRevision = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision || createdMs(a) - createdMs(b) || (a.metadata.name < b.metadata.name ? -1 : 1);

/** The revision of today, and those before it, the oldest first. */
export interface RevisionHistory {
  readonly current: ControllerRevision;
  readonly old: readonly ControllerRevision[];
  /** How often a name was taken by something else. */
  readonly collisionCount: number;
}

export interface RevisionOwner {
  readonly resource: Resource;
  readonly owner: AnyStored;
  readonly selector: LabelSelector;
  readonly freshOwner: () => Promise<AnyStored>;
  readonly template: PodTemplate | undefined;
  readonly collisionCount: number;
  /** The label of a revision that has its hash. */
  readonly hashLabel: string;
}

/** Templates that owners of pods have had. */
export interface Revisions {
  /** Makes the revision of what the owner's template is now, or the newest of one that was there before. */
  readonly follow: (owner: RevisionOwner) => Promise<RevisionHistory>;
  /** Deletes the oldest of `old` until `limit` are left. A negative limit keeps all. */
  readonly truncate: (old: readonly ControllerRevision[], limit: number) => Promise<void>;
}

export function createRevisions(
  objects: Objects<ControllerRevision>,
  known: Informer<ControllerRevision>,
): Revisions {
  const revisionsOf = known.index(byController);
  const orphansIn = known.index(orphans);
  return {
    async follow(of) {
      const { owner, template, collisionCount } = of;
      const candidates = [
        ...revisionsOf.get(owner.metadata.uid),
        ...orphansIn.get(owner.metadata.namespace ?? ''),
      ];
      const all = (await claimed(candidates, { ...of, objects })).toSorted(byRevision);
      const data = revisionData(template);
      const next = (all.at(-1)?.revision ?? 0) + 1;
      const same = all.findLast((revision) => says(revision, data));
      if (!same) return { ...(await create(of, data, next, objects)), old: all };
      const old = all.filter((revision) => revision !== same);
      const isNewest = old.every(({ revision }) => revision < same.revision);
      const current = isNewest ? same : await objects.update({ ...same, revision: next });
      return { current, old, collisionCount };
    },
    async truncate(old, limit) {
      const surplus = limit < 0 ? 0 : old.length - limit;
      for (const revision of old.slice(0, Math.max(0, surplus))) {
        await objects.delete(revision, { preconditions: { uid: revision.metadata.uid } }).catch(unlessGone);
      }
    },
  };
}

/** Makes a revision. Its name follows from what it says; one that is taken leads to the next. */
async function create(
  { owner, resource, template, hashLabel, collisionCount }: RevisionOwner,
  data: RevisionData,
  revision: number,
  objects: Objects<ControllerRevision>,
): Promise<Pick<RevisionHistory, 'current' | 'collisionCount'>> {
  const { name, namespace = '', annotations } = owner.metadata;
  for (let collisions = collisionCount; ; collisions++) {
    const hash = templateHash(data, collisions);
    const metadata = {
      name: `${name.slice(0, longestPrefix)}-${hash}`,
      labels: { ...template?.metadata?.labels, [hashLabel]: hash },
      ...(annotations ? { annotations } : {}),
      ownerReferences: [controllerReference(resource, owner)],
    };
    try {
      const current = await objects.create(namespace, { metadata, data: data as never, revision });
      return { current, collisionCount: collisions };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const present = await objects.get(namespace, metadata.name);
      const isOurs = controllerOf(present)?.uid === owner.metadata.uid;
      if (isOurs && says(present, data)) return { current: present, collisionCount: collisions };
    }
  }
}

/** For an index: revisions without a controller, by namespace. */
const orphans = (revision: ControllerRevision): readonly string[] =>
  controllerOf(revision) ? [] : [revision.metadata.namespace];

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
