import type { ChangeEvent } from './entry.ts';
import { type Follower, FollowerGroup } from './follower-group.ts';
import type { Mark } from './mark.ts';

/** Called for every change below the subscribed prefix, in order of revision. Must only queue. */
export type Subscriber = (event: ChangeEvent) => void;

export interface Subscription {
  stop(): void;
}

/**
 * Who wants to hear of changes, by prefix and, below it, by mark. A change finds its followers by every slash-terminated
 * prefix of its key and by the key itself, so that its cost is that of its deliveries.
 */
export class Followers {
  #groups = new Map<string, FollowerGroup>();
  #count = 0;

  /**
   * `prefix` ends in '/', or is one key. With `mark` only of changes of objects that have it, before or after. `onEnd` is
   * called when no change will come any more.
   */
  add(prefix: string, subscriber: Subscriber, onEnd: () => void, mark?: Mark): Subscription {
    const follower: Follower = { subscriber, onEnd, mark };
    const group = this.#groups.get(prefix) ?? new FollowerGroup();
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
      this.#groups.get(key.slice(0, slash + 1))?.publish(event);
    }
    this.#groups.get(key)?.publish(event);
  }

  count(): number {
    return this.#count;
  }

  /** Tells everybody that it is over, and forgets them. */
  end(): void {
    const groups = this.#groups;
    this.#groups = new Map();
    this.#count = 0;
    for (const group of groups.values()) group.end();
  }
}

/** True for a key that somebody who follows `prefix` hears of. */
export const isBelow = (prefix: string, key: string): boolean =>
  key === prefix || (prefix.endsWith('/') && key.startsWith(prefix));
