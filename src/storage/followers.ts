import type { ChangeEvent } from './entry.ts';

/** Called for every change below the subscribed prefix, in order of revision. Must only queue. */
export type Subscriber = (event: ChangeEvent) => void;

export interface Subscription {
  stop(): void;
}

interface Follower {
  readonly subscriber: Subscriber;
  readonly onEnd: () => void;
}

/**
 * Who wants to hear of changes, by prefix. A change finds its followers by every slash-terminated prefix of its key and
 * by the key itself, so that its cost is that of its deliveries.
 */
export class Followers {
  #groups = new Map<string, Set<Follower>>();
  #count = 0;

  /** `prefix` ends in '/', or is one key. `onEnd` is called when no change will come any more. */
  add(prefix: string, subscriber: Subscriber, onEnd: () => void): Subscription {
    const follower: Follower = { subscriber, onEnd };
    const group = this.#groups.get(prefix) ?? new Set();
    group.add(follower);
    this.#count++;
    this.#groups.set(prefix, group);
    return {
      stop: () => {
        if (group.delete(follower) && this.#groups.get(prefix) === group) this.#count--;
        if (group.size === 0 && this.#groups.get(prefix) === group) this.#groups.delete(prefix);
      },
    };
  }

  publish(event: ChangeEvent): void {
    if (this.#groups.size === 0) return;
    const { key } = event;
    for (let slash = key.indexOf('/', 1); slash !== -1; slash = key.indexOf('/', slash + 1)) {
      this.#notify(key.slice(0, slash + 1), event);
    }
    this.#notify(key, event);
  }

  count(): number {
    return this.#count;
  }

  /** Tells everybody that it is over, and forgets them. */
  end(): void {
    const groups = this.#groups;
    this.#groups = new Map();
    this.#count = 0;
    for (const group of groups.values()) for (const { onEnd } of group) onEnd();
  }

  #notify(prefix: string, event: ChangeEvent): void {
    const group = this.#groups.get(prefix);
    if (group) for (const { subscriber } of group) subscriber(event);
  }
}

/** True for a key that somebody who follows `prefix` hears of. */
export const isBelow = (prefix: string, key: string): boolean =>
  key === prefix || (prefix.endsWith('/') && key.startsWith(prefix));
