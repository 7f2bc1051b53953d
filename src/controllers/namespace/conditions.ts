import { formatTime } from '../../apimachinery/clock.ts';
import type { Namespace } from '../../client/kinds.ts';

export type NamespaceCondition = NonNullable<NonNullable<Namespace['status']>['conditions']>[number];

/** What was found while the contents of a namespace were being deleted. */
export interface Findings {
  /** Group versions of which nobody could say what they serve. */
  readonly stale: readonly string[];
  /** Why contents could not be deleted. */
  readonly failures: readonly string[];
  /** Objects that are left, by resource and group: `pods.`. */
  readonly remaining: ReadonlyMap<string, number>;
  /** Objects that are left, by the finalizers that hold them. */
  readonly finalizers: ReadonlyMap<string, number>;
}

const counted = (counts: ReadonlyMap<string, number>, say: (name: string, count: number) => string): string =>
  [...counts]
    .map(([name, count]) => say(name, count))
    .sort()
    .join(', ');

const staleMessage = ({ stale }: Findings): string => {
  const each = [...stale].sort().map((version) => `${version}: stale GroupVersion discovery: ${version}`);
  const all = `unable to retrieve the complete list of server APIs: ${each.join(', ')}`;
  return `Discovery failed for some groups, ${stale.length} failing: ${all}`;
};

/** Type; reason and message when all is well; and what is said when it is not. */
const kinds: readonly {
  readonly type: string;
  readonly well: readonly [reason: string, message: string];
  readonly ill: (found: Findings) => readonly [reason: string, message: string] | undefined;
}[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    well: ['ResourcesDiscovered', 'All resources successfully discovered'],
    ill: (found) => (found.stale.length > 0 ? ['DiscoveryFailed', staleMessage(found)] : undefined),
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    well: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    // Aggregated discovery names group and version apart: there is nothing to parse.
    ill: () => undefined,
  },
  {
    type: 'NamespaceDeletionContentFailure',
    well: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    ill: ({ failures }) =>
      failures.length === 0
        ? undefined
        : [
            'ContentDeletionFailed',
            `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(', ')}`,
          ],
  },
  {
    type: 'NamespaceContentRemaining',
    well: ['ContentRemoved', 'All content successfully removed'],
    ill: ({ remaining }) =>
      remaining.size === 0
        ? undefined
        : [
            'SomeResourcesRemain',
            `Some resources are remaining: ${counted(remaining, (name, count) => `${name} has ${count} resource instances`)}`,
          ],
  },
  {
    type: 'NamespaceFinalizersRemaining',
    well: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    ill: ({ finalizers }) =>
      finalizers.size === 0
        ? undefined
        : [
            'SomeFinalizersRemain',
            `Some content in the namespace has finalizers remaining: ${counted(finalizers, (name, count) => `${name} in ${count} resource instances`)}`,
          ],
  },
];

/**
 * The conditions of a namespace that goes away (`pkg/controller/namespace/deletion`), after those that it has of other types; the
 * same array when nothing has changed.
 */
export function conditionsAfter(
  before: readonly NamespaceCondition[],
  found: Findings,
  nowMs: number,
): readonly NamespaceCondition[] {
  let changed = false;
  const after = [...before];
  for (const { type, well, ill } of kinds) {
    const troubles = ill(found);
    const [reason, message] = troubles ?? well;
    const status = troubles ? 'True' : 'False';
    const at = after.findIndex((condition) => condition.type === type);
    const known = after[at];
    if (known && known.status === status && known.reason === reason && known.message === message) continue;
    changed = true;
    const since = known?.status === status ? known.lastTransitionTime : undefined;
    const next = { type, status, lastTransitionTime: since ?? formatTime(nowMs), reason, message };
    if (known) after[at] = next;
    else after.push(next);
  }
  return changed ? after : before;
}
