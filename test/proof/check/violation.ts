/** What is promised; docs/proof.md says it in full. */
export type Guarantee =
  | 'linearizable'
  | 'at most once'
  | 'compare'
  | 'snapshot'
  | 'atomic'
  | 'unique'
  | 'ordered'
  | 'reliable'
  | 'bookmarkable'
  | 'resumable'
  | 'answers';

/** A promise that was not kept. */
export interface Violation {
  readonly guarantee: Guarantee;
  readonly message: string;
  /** Ids of the calls and watches that show it. */
  readonly records: readonly number[];
  /** Revisions that matter, for the excerpt. */
  readonly revisions: readonly number[];
  readonly keys: readonly string[];
}
