import { FieldSelectorError, parseFieldSelector } from '../apimachinery/field-selector.ts';
import type { FlowInfo } from './types.ts';

/** Counts open watches by what they are about, to tell what a write sets off. */
export interface WatchCount {
  /** A watch begins. The answer ends it, and may be called more than once. */
  register(info: FlowInfo): () => void;
  /** Watches that may want to hear of a write: of all namespaces, of its namespace, of the object itself. */
  interested(info: FlowInfo): number;
}

const keyOf = (group: string, resource: string, namespace: string, name: string): string =>
  `${group}/${resource}/${namespace}/${name}`;

export function createWatchCount(): WatchCount {
  const counts = new Map<string, number>();
  const add = (key: string, by: number) => {
    const count = (counts.get(key) ?? 0) + by;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
  };
  const of = (...parts: Parameters<typeof keyOf>) => counts.get(keyOf(...parts)) ?? 0;
  return {
    register(info) {
      if (followsOneNode(info)) return () => {};
      const key = keyOf(info.group, info.resource, info.namespace, info.name);
      let open = true;
      add(key, 1);
      return () => {
        if (open) add(key, -1);
        open = false;
      };
    },
    interested({ group, resource, namespace, name }) {
      if (counts.size === 0) return 0;
      return (
        of(group, resource, '', '') +
        (namespace === '' ? 0 : of(group, resource, namespace, '')) +
        (name === '' ? 0 : of(group, resource, namespace, name))
      );
    },
  };
}

/** A kubelet watches the pods of its node only: few writes concern it. Upstream leaves these out too (`watchTracker`). */
function followsOneNode({ resource, query }: FlowInfo): boolean {
  const text = resource === 'pods' ? query.get('fieldSelector') : null;
  if (!text) return false;
  try {
    return (parseFieldSelector(text).exactMatch('spec.nodeName') ?? '') !== '';
  } catch (error) {
    if (error instanceof FieldSelectorError) return false;
    throw error;
  }
}
