import type { Revision } from '../types.ts';

/** Revisions of one chunk. */
const chunkLength = 4_096;

/**
 * For every write since the floor, the revision of the row its key had before (0: none): 8 bytes each. Together with the
 * newest row of a key this finds the row as of any revision.
 */
export interface PreviousRevisions {
  /** `revision` must be the one after the last. */
  append(revision: Revision, previous: Revision): void;
  get(revision: Revision): Revision;
  /** Forgets the writes after `revision`. */
  truncate(revision: Revision): void;
  /** Forgets the writes before `revision`. */
  trim(revision: Revision): void;
}

export function createPreviousRevisions(firstRevision: Revision): PreviousRevisions {
  let base = firstRevision;
  const chunks: Float64Array[] = [];

  return {
    append(revision, previous) {
      const at = revision - base;
      const chunk = Math.floor(at / chunkLength);
      if (chunk === chunks.length) chunks.push(new Float64Array(chunkLength));
      chunks[chunk]![at % chunkLength] = previous;
    },
    get(revision) {
      const at = revision - base;
      return chunks[Math.floor(at / chunkLength)]?.[at % chunkLength] ?? 0;
    },
    truncate(revision) {
      chunks.length = Math.max(Math.ceil((revision + 1 - base) / chunkLength), 0);
    },
    trim(revision) {
      const whole = Math.min(Math.floor((revision - base) / chunkLength), chunks.length);
      chunks.splice(0, whole);
      base += whole * chunkLength;
    },
  };
}
