import type { Json } from '../apimachinery/object.ts';
import { type Container, getAt, PointerError, pointerKeys, setAt } from './json-pointer.ts';

/**
 * The value being patched. Containers are copied the first time a path leads through them and changed in place from
 * then on, so that many operations on one long list cost one copy of it.
 */
export interface Draft {
  root: Json;
  /** The containers made here. Each hangs in the draft once, so writing to it changes nothing else. */
  readonly owned: Set<Json>;
  /** Bytes that `copy` operations have added so far. */
  copiedBytes: number;
  /** Items of lists that insertions and removals have shifted so far, at most. */
  shiftedItems: number;
}

/** Where an operation works. */
export interface Place {
  readonly container: Container;
  readonly key: string;
}

export const draftOf = (root: Json): Draft => ({
  root,
  owned: new Set(),
  copiedBytes: 0,
  shiftedItems: 0,
});

/** The container, writable, and the key that a path names. undefined when the path leads nowhere. */
export function locate(draft: Draft, path: string): Place | undefined {
  const keys = pointerKeys(path);
  const key = keys.pop();
  if (key === undefined) return undefined;
  let container = writable(draft, draft.root);
  if (container) draft.root = container;
  for (const step of keys) container = container && childOf(draft, container, step);
  return container && { container, key };
}

function childOf(draft: Draft, container: Container, key: string): Container | undefined {
  let child: Json | undefined;
  try {
    child = getAt(container, key);
  } catch (error) {
    if (error instanceof PointerError) return undefined;
    throw error;
  }
  const own = writable(draft, child);
  if (own && own !== child) setAt(container, key, own);
  return own;
}

function writable(draft: Draft, value: Json | undefined): Container | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (draft.owned.has(value)) return value;
  const own = Array.isArray(value) ? [...value] : { ...value };
  draft.owned.add(own);
  return own;
}
