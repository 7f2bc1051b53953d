import type { LabelSelector } from '../../apimachinery/label-selector.ts';
import type { NodeState } from './cluster-state.ts';

interface Counted {
  readonly generation: number;
  readonly count: number;
}

/** Selectors whose counts are kept. */
const maxSelectors = 64;

/**
 * Counts pods on nodes by selector. Pods of one kind come in numbers, and between two of them one node changes: what was counted
 * for the others is still good.
 */
export interface SelectedCounts {
  /** Pods of the namespace that the selector selects, without those on their way out. */
  on(state: NodeState, selector: LabelSelector, namespace: string): number;
}

export function createSelectedCounts(): SelectedCounts {
  const kept = new Map<string, WeakMap<NodeState, Counted>>();
  const ofSelector = (name: string): WeakMap<NodeState, Counted> => {
    const found = kept.get(name) ?? new WeakMap<NodeState, Counted>();
    kept.delete(name);
    kept.set(name, found);
    if (kept.size > maxSelectors) kept.delete(kept.keys().next().value!);
    return found;
  };
  return {
    on(state, selector, namespace) {
      if (selector.empty) return 0;
      const counts = ofSelector(`${namespace}\n${selector.text}`);
      const known = counts.get(state);
      if (known?.generation === state.generation) return known.count;
      const count = countOn(state, selector, namespace);
      counts.set(state, { generation: state.generation, count });
      return count;
    },
  };
}

function countOn({ pods }: NodeState, selector: LabelSelector, namespace: string): number {
  let count = 0;
  for (const other of pods.values()) {
    if (other.namespace !== namespace || other.pod.metadata.deletionTimestamp !== undefined) continue;
    if (selector.matches(other.labels)) count++;
  }
  return count;
}
