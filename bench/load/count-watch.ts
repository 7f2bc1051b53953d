import type { Connection } from './connection.ts';

export interface CountWatch {
  /** Resolves with the time, on the clock of `performance.now`, when so many different events were counted. */
  readonly reached: Promise<number>;
  /** How many were. */
  count(): number;
}

/**
 * Watches `path` and counts lines. `keyOf` gives what a line counts for: the same key counts once, and a line without one not at all.
 * Rejects when the watch ends before.
 */
export function countWatch(
  connection: Connection,
  path: string,
  wanted: number,
  keyOf: (line: string) => string | undefined,
): CountWatch {
  const keys = new Set<string>();
  const decoder = new TextDecoder();
  let rest = '';
  const reached = new Promise<number>((resolve, reject) => {
    connection.request('GET', path, undefined, '', {
      status: (status) => status === 200 || reject(new Error(`watch of ${path}: ${status}`)),
      data(chunk) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = lines.pop()!;
        for (const line of lines) {
          const key = keyOf(line);
          if (key !== undefined) keys.add(key);
        }
        if (keys.size >= wanted) resolve(performance.now());
      },
      end: (error) => reject(new Error(`watch of ${path} ended: ${error ?? ''}`)),
    });
  });
  reached.catch(() => {});
  return { reached, count: () => keys.size };
}

const nameIn = (line: string) =>
  (JSON.parse(line) as { object: { metadata: { name: string } } }).object.metadata.name;

/** Counts objects by name in events of one type. With a field selector, ADDED is when an object begins to match. */
export const namesOf =
  (type: 'ADDED' | 'DELETED') =>
  (line: string): string | undefined =>
    line.startsWith(`{"type":"${type}"`) ? nameIn(line) : undefined;

/** Counts nodes that are Ready. */
export function readyNode(line: string): string | undefined {
  const { object } = JSON.parse(line) as {
    object: {
      metadata: { name: string };
      status?: { conditions?: readonly { type: string; status: string }[] };
    };
  };
  const ready = object.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return ready ? object.metadata.name : undefined;
}
