const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `callback` once when `signal` aborts; the answer takes that back. For a signal that thousands wait for:
 * `addEventListener` looks at every listener there is each time one is added.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let callbacks = waiting.get(signal);
  if (!callbacks) {
    const all = new Set<() => void>();
    waiting.set(signal, (callbacks = all));
    signal.addEventListener('abort', () => callAll(all), { once: true });
  }
  const own = callbacks;
  own.add(callback);
  return () => void own.delete(callback);
}

function callAll(callbacks: Set<() => void>): void {
  const all = [...callbacks];
  callbacks.clear();
  for (const callback of all) callback();
}
