/**
 * A persistent map from strings to values in ascending key order. Every change returns a new map and leaves the old one
 * as it was; the two share all nodes but the few on the path to the change, so keeping an old map is a pointer.
 *
 * Keys are compared by UTF-16 code unit, which for ASCII keys is byte order.
 */
export interface OrderedMap<V> {
  readonly size: number;
  get(key: string): V | undefined;
  set(key: string, value: V): OrderedMap<V>;
  /** The same map when the key is not there. */
  delete(key: string): OrderedMap<V>;
  /** Entries with key >= `startKey`, in order. */
  entriesFrom(startKey: string): IterableIterator<[string, V]>;
  /** Calls `visit` for every entry with key >= `startKey` in order, until it returns exactly false. The fastest way through. */
  forEachFrom(startKey: string, visit: (key: string, value: V) => unknown): void;
  /** Number of entries with `startKey` <= key < `endKey`, from the sizes kept in the nodes: O(log n). */
  countRange(startKey: string, endKey: string): number;
  /** Number of entries whose key starts with `prefix`: O(log n). */
  countPrefix(prefix: string): number;
}

/** Most entries of a leaf and most children of a branch. */
const fanOut = 32;
/** A node with fewer entries is joined with a neighbour when the two fit in one node. */
const minFill = fanOut / 4;
/** Larger than every key of ASCII or well-formed Unicode text. */
const afterAllKeys = '\uffff';

/**
 * A B+ tree node. A leaf has `values` (one per key), a branch has `children`; `keys[i]` of a branch is a lower bound of
 * the keys below `children[i]`, and an upper bound (exclusive) of those below `children[i - 1]`. One shape for both
 * keeps property access monomorphic. With a fan-out of 4, after a, b, c, d, e:
 *
 *     branch keys [a, c] size 5 ─┬─ leaf [a, b]
 *                                └─ leaf [c, d, e]
 */
interface Node<V> {
  readonly keys: readonly string[];
  readonly values: readonly V[] | undefined;
  readonly children: readonly Node<V>[] | undefined;
  /** Entries at and below this node. */
  readonly size: number;
}

const leaf = <V>(keys: readonly string[], values: readonly V[]): Node<V> => ({
  keys,
  values,
  children: undefined,
  size: keys.length,
});

const branch = <V>(keys: readonly string[], children: readonly Node<V>[], size: number): Node<V> => ({
  keys,
  values: undefined,
  children,
  size,
});

function branchOf<V>(keys: readonly string[], children: readonly Node<V>[]): Node<V> {
  let size = 0;
  for (const child of children) size += child.size;
  return branch(keys, children, size);
}

/** Index of the first key >= `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the child whose range holds `key`. */
function childIndex(keys: readonly string[], key: string): number {
  let low = 1;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function replaced<T>(items: readonly T[], at: number, item: T): T[] {
  const copy = items.slice();
  copy[at] = item;
  return copy;
}

function inserted<T>(items: readonly T[], at: number, item: T): T[] {
  const copy = new Array<T>(items.length + 1);
  for (let i = 0; i < at; i++) copy[i] = items[i]!;
  copy[at] = item;
  for (let i = at; i < items.length; i++) copy[i + 1] = items[i]!;
  return copy;
}

function without<T>(items: readonly T[], at: number): T[] {
  const copy = items.slice();
  copy.splice(at, 1);
  return copy;
}

/** Where a node that became too large by an insertion at `at` is cut: keys that only ever grow leave fuller nodes. */
const cutAt = (length: number, at: number) => (at === length - 1 ? length - minFill : length >>> 1);

/** One node, or the two halves of one that became too large. */
type Grown<V> = Node<V> | readonly [Node<V>, Node<V>];

const isPair = <V>(grown: Grown<V>): grown is readonly [Node<V>, Node<V>] => Array.isArray(grown);

function setInLeaf<V>(node: Node<V>, key: string, value: V): Grown<V> {
  const values = node.values!;
  const at = lowerBound(node.keys, key);
  if (node.keys[at] === key) return leaf(node.keys, replaced(values, at, value));
  const newKeys = inserted(node.keys, at, key);
  const newValues = inserted(values, at, value);
  if (newKeys.length <= fanOut) return leaf(newKeys, newValues);
  const cut = cutAt(newKeys.length, at);
  return [
    leaf(newKeys.slice(0, cut), newValues.slice(0, cut)),
    leaf(newKeys.slice(cut), newValues.slice(cut)),
  ];
}

function setInNode<V>(node: Node<V>, key: string, value: V): Grown<V> {
  const { keys, children } = node;
  if (!children) return setInLeaf(node, key, value);
  const at = childIndex(keys, key);
  const old = children[at]!;
  const grown = setInNode(old, key, value);
  if (!isPair(grown)) return branch(keys, replaced(children, at, grown), node.size - old.size + grown.size);
  const [left, right] = grown;
  const newKeys = inserted(keys, at + 1, right.keys[0]!);
  const newChildren = inserted(replaced(children, at, left), at + 1, right);
  if (newKeys.length <= fanOut)
    return branch(newKeys, newChildren, node.size - old.size + left.size + right.size);
  const cut = cutAt(newKeys.length, at + 1);
  return [
    branchOf(newKeys.slice(0, cut), newChildren.slice(0, cut)),
    branchOf(newKeys.slice(cut), newChildren.slice(cut)),
  ];
}

function joined<V>(left: Node<V>, right: Node<V>, rightBound: string): Node<V> {
  if (!left.children) return leaf([...left.keys, ...right.keys], [...left.values!, ...right.values!]);
  // The right node's first bound may lie below what its parent knows; the parent's is the one that separates the two.
  const keys = [...left.keys, rightBound, ...right.keys.slice(1)];
  return branch(keys, [...left.children, ...right.children!], left.size + right.size);
}

/** The branch with the child at `at` replaced by `child`, which lost an entry and may be too small now. */
function shrunk<V>(node: Node<V>, at: number, child: Node<V>): Node<V> {
  const { keys } = node;
  const children = node.children!;
  if (child.keys.length === 0) return branch(without(keys, at), without(children, at), node.size - 1);
  const changed = replaced(children, at, child);
  if (child.keys.length < minFill) {
    const left = at > 0 ? at - 1 : at;
    const [first, second] = [changed[left], changed[left + 1]];
    if (first && second && first.keys.length + second.keys.length <= fanOut) {
      const newKeys = without(keys, left + 1);
      const newChildren = without(changed, left + 1);
      newChildren[left] = joined(first, second, keys[left + 1]!);
      return branch(newKeys, newChildren, node.size - 1);
    }
  }
  return branch(keys, changed, node.size - 1);
}

/** The same node when the key is not there. */
function deleteInNode<V>(node: Node<V>, key: string): Node<V> {
  const { keys, children } = node;
  if (!children) {
    const at = lowerBound(keys, key);
    return keys[at] === key ? leaf(without(keys, at), without(node.values!, at)) : node;
  }
  const at = childIndex(keys, key);
  const old = children[at]!;
  const child = deleteInNode(old, key);
  return child === old ? node : shrunk(node, at, child);
}

function getInNode<V>(root: Node<V>, key: string): V | undefined {
  let node = root;
  while (node.children) node = node.children[childIndex(node.keys, key)]!;
  const at = lowerBound(node.keys, key);
  return node.keys[at] === key ? node.values![at] : undefined;
}

/** Number of entries with a key below `key`. */
function rank<V>(root: Node<V>, key: string): number {
  let node = root;
  let count = 0;
  while (node.children) {
    const at = childIndex(node.keys, key);
    for (let i = 0; i < at; i++) count += node.children[i]!.size;
    node = node.children[at]!;
  }
  return count + lowerBound(node.keys, key);
}

/** False when `visit` asked to stop. `bounded` is false once every key below is known to be large enough. */
function visitFrom<V>(
  node: Node<V>,
  startKey: string,
  bounded: boolean,
  visit: (key: string, value: V) => unknown,
): boolean {
  const { keys, values, children } = node;
  if (children) {
    const first = bounded ? childIndex(keys, startKey) : 0;
    for (let i = first; i < children.length; i++)
      if (!visitFrom(children[i]!, startKey, bounded && i === first, visit)) return false;
    return true;
  }
  for (let i = bounded ? lowerBound(keys, startKey) : 0; i < keys.length; i++)
    if (visit(keys[i]!, values![i]!) === false) return false;
  return true;
}

function* entriesOf<V>(node: Node<V>, startKey: string, bounded: boolean): IterableIterator<[string, V]> {
  const { keys, values, children } = node;
  if (children) {
    const first = bounded ? childIndex(keys, startKey) : 0;
    for (let i = first; i < children.length; i++)
      yield* entriesOf(children[i]!, startKey, bounded && i === first);
    return;
  }
  for (let i = bounded ? lowerBound(keys, startKey) : 0; i < keys.length; i++) yield [keys[i]!, values![i]!];
}

/** The least string larger than every string that starts with `prefix`. */
export function prefixEnd(prefix: string): string {
  if (prefix === '') return afterAllKeys;
  const last = prefix.length - 1;
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1);
}

class TreeMap<V> implements OrderedMap<V> {
  readonly #root: Node<V>;

  constructor(root: Node<V>) {
    this.#root = root;
  }

  get size(): number {
    return this.#root.size;
  }

  get(key: string): V | undefined {
    return getInNode(this.#root, key);
  }

  set(key: string, value: V): OrderedMap<V> {
    const grown = setInNode(this.#root, key, value);
    if (!isPair(grown)) return new TreeMap(grown);
    return new TreeMap(branchOf([grown[0].keys[0]!, grown[1].keys[0]!], grown));
  }

  delete(key: string): OrderedMap<V> {
    let root = deleteInNode(this.#root, key);
    if (root === this.#root) return this;
    while (root.children?.length === 1) root = root.children[0]!;
    return root.size === 0 ? emptyMap() : new TreeMap(root);
  }

  entriesFrom(startKey: string): IterableIterator<[string, V]> {
    return entriesOf(this.#root, startKey, true);
  }

  forEachFrom(startKey: string, visit: (key: string, value: V) => unknown): void {
    visitFrom(this.#root, startKey, true, visit);
  }

  countRange(startKey: string, endKey: string): number {
    return Math.max(rank(this.#root, endKey) - rank(this.#root, startKey), 0);
  }

  countPrefix(prefix: string): number {
    return this.countRange(prefix, prefixEnd(prefix));
  }
}

const empty: OrderedMap<never> = new TreeMap<never>(leaf([], []));

export const emptyMap = <V>(): OrderedMap<V> => empty as unknown as OrderedMap<V>;

const chunksOf = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / fanOut) }, (_, i) =>
    items.slice(i * fanOut, (i + 1) * fanOut),
  );

/** The map of `keys[i]` to `values[i]`; the keys must be strictly ascending. O(n), and the nodes are full. */
export function fromSorted<V>(keys: readonly string[], values: readonly V[]): OrderedMap<V> {
  for (let i = 1; i < keys.length; i++)
    if (keys[i - 1]! >= keys[i]!) throw new Error(`keys are not ascending: ${keys[i - 1]}, ${keys[i]}`);
  if (keys.length === 0) return emptyMap();
  const valueChunks = chunksOf(values);
  let level = chunksOf(keys).map((chunk, i) => leaf(chunk, valueChunks[i]!));
  while (level.length > 1)
    level = chunksOf(level).map((nodes) =>
      branchOf(
        nodes.map((node) => node.keys[0]!),
        nodes,
      ),
    );
  return new TreeMap(level[0]!);
}
