/** Encoded forms of things, kept while they are likely to be asked for again. */
export interface RecentEncodings<T extends object> {
  get(thing: T, form: string): Buffer | undefined;
  /** Keeps the bytes, and forgets all forms of what was kept first until no more than the limit is left. */
  set(thing: T, form: string, bytes: Buffer): void;
}

/**
 * Holds on to the things themselves too, so that the limit is to be a small part of what they take; unlike a WeakMap it does not
 * keep a second form of everything that lives long.
 */
export function createRecentEncodings<T extends object>(maxBytes: number): RecentEncodings<T> {
  const kept = new Map<T, Map<string, Buffer>>();
  let keptBytes = 0;

  const forgetOldest = () => {
    for (const [thing, forms] of kept) {
      if (keptBytes <= maxBytes) return;
      for (const { length } of forms.values()) keptBytes -= length;
      kept.delete(thing);
    }
  };

  return {
    get: (thing, form) => kept.get(thing)?.get(form),
    set(thing, form, bytes) {
      const forms = kept.get(thing) ?? new Map<string, Buffer>();
      keptBytes += bytes.length - (forms.get(form)?.length ?? 0);
      forms.set(form, bytes);
      kept.set(thing, forms);
      forgetOldest();
    },
  };
}
