/** A binary heap: the least element first, by an order that the maker gives. Elements may be taken out of the middle. */
export interface Heap<T> {
  readonly size: number;
  push(element: T): void;
  /** The least element, which stays. */
  peek(): T | undefined;
  /** The least element, which goes. */
  pop(): T | undefined;
  /** False when it is not there. An element may be in a heap once. */
  remove(element: T): boolean;
}

/** `before` is a strict total order. All but `peek` cost the logarithm of the size. */
export function createHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  const elements: T[] = [];
  const places = new Map<T, number>();

  const put = (element: T, at: number) => {
    elements[at] = element;
    places.set(element, at);
  };
  const up = (element: T, from: number) => {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(element, elements[parent]!)) break;
      put(elements[parent]!, at);
      at = parent;
    }
    put(element, at);
  };
  const down = (element: T, from: number) => {
    let at = from;
    for (let child = 2 * at + 1; child < elements.length; child = 2 * at + 1) {
      if (child + 1 < elements.length && before(elements[child + 1]!, elements[child]!)) child++;
      if (!before(elements[child]!, element)) break;
      put(elements[child]!, at);
      at = child;
    }
    put(element, at);
  };
  const remove = (element: T): boolean => {
    const at = places.get(element);
    if (at === undefined) return false;
    places.delete(element);
    const last = elements.pop()!;
    if (at < elements.length) {
      if (before(last, element)) up(last, at);
      else down(last, at);
    }
    return true;
  };
  return {
    get size() {
      return elements.length;
    },
    push: (element) => up(element, elements.length),
    peek: () => elements[0],
    pop() {
      const [least] = elements;
      if (elements.length > 0) remove(least!);
      return least;
    },
    remove,
  };
}
