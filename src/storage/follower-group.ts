import type { KubeObject } from '../apimachinery/object.ts';
import type { ChangeEvent, Entry } from './entry.ts';
import { glance } from './glance.ts';
import type { FieldReader, Mark } from './mark.ts';

export interface Follower {
  readonly subscriber: (event: ChangeEvent) => void;
  readonly onEnd: () => void;
  /** What all that it wants to hear of has in common; undefined: it hears of everything. */
  readonly mark: Mark | undefined;
}

type ByValue = Map<string, Set<Follower>>;

/**
 * Those who follow one prefix. Who has a mark is found by it: a change costs the labels and indexed fields that its object
 * has, before and after, and its deliveries, however many follow something else.
 */
export class FollowerGroup {
  readonly #everything = new Set<Follower>();
  readonly #byLabel = new Map<string, ByValue>();
  readonly #byField = new Map<FieldReader, ByValue>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(follower: Follower): void {
    this.#size++;
    const { mark } = follower;
    if (!mark) this.#everything.add(follower);
    else if (mark.kind === 'label') enter(this.#byLabel, mark.key, mark.values, follower);
    else enter(this.#byField, mark.read, mark.values, follower);
  }

  /** False when it is not here (any more). */
  delete(follower: Follower): boolean {
    const { mark } = follower;
    const found = !mark
      ? this.#everything.delete(follower)
      : mark.kind === 'label'
        ? leave(this.#byLabel, mark.key, mark.values, follower)
        : leave(this.#byField, mark.read, mark.values, follower);
    if (found) this.#size--;
    return found;
  }

  publish(event: ChangeEvent): void {
    for (const { subscriber } of this.#everything) subscriber(event);
    if (this.#byLabel.size + this.#byField.size === 0) return;
    const { type, entry, previous } = event;
    const after = this.#marked(entry);
    for (const group of after) for (const { subscriber } of group) subscriber(event);
    // What is deleted was last as it is told.
    if (!previous || type === 'delete') return;
    for (const group of this.#marked(previous)) {
      if (after.includes(group)) continue;
      for (const follower of group)
        if (!after.some((others) => others.has(follower))) follower.subscriber(event);
    }
  }

  end(): void {
    for (const { onEnd } of this.#everything) onEnd();
    for (const index of [this.#byLabel, this.#byField])
      for (const byValue of index.values()) {
        const followers = new Set([...byValue.values()].flatMap((group) => [...group]));
        for (const { onEnd } of followers) onEnd();
      }
  }

  /** The groups whose mark the entry has. A follower is in one of them at most. */
  #marked(entry: Entry): Set<Follower>[] {
    const object = readable(entry);
    if (!object) return [];
    const groups: Set<Follower>[] = [];
    const add = (group: Set<Follower> | undefined) => group && groups.push(group);
    const { labels } = object.metadata;
    if (this.#byLabel.size > 0 && labels)
      for (const key of Object.keys(labels)) add(this.#byLabel.get(key)?.get(labels[key]!));
    for (const [read, byValue] of this.#byField) add(byValue.get(read(object)));
    return groups;
  }
}

/** undefined for what others have written that is no object: no selection matches it. */
function readable(entry: Entry): KubeObject | undefined {
  try {
    return glance(entry);
  } catch {
    return undefined;
  }
}

function enter<K>(index: Map<K, ByValue>, by: K, values: readonly string[], follower: Follower): void {
  let byValue = index.get(by);
  if (!byValue) index.set(by, (byValue = new Map()));
  for (const value of values) {
    const group = byValue.get(value);
    if (group) group.add(follower);
    else byValue.set(value, new Set([follower]));
  }
}

function leave<K>(index: Map<K, ByValue>, by: K, values: readonly string[], follower: Follower): boolean {
  const byValue = index.get(by);
  let found = false;
  for (const value of values) {
    const group = byValue?.get(value);
    if (!group?.delete(follower)) continue;
    found = true;
    if (group.size === 0) byValue!.delete(value);
  }
  if (byValue?.size === 0) index.delete(by);
  return found;
}
