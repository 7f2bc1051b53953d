import type { KubeObject } from '../apimachinery/object.ts';
import { OutcomeUnknownError } from '../storage/errors.ts';

/**
 * What a hook took for one write; one of the two is called, once. Neither is when nobody knows whether the write happened
 * (the store is gone then, and the next start puts things right), or in a dry run, which takes nothing.
 */
export interface Claim {
  /** The write happened: give back what the old object no longer needs. */
  commit(): Promise<void>;
  /** The write did not happen: give back what was taken. */
  revert(): Promise<void>;
}

/**
 * Something that must be taken before an object is written and given back when it is gone: cluster IPs, node ports.
 * Called by the write pipeline between validation and the store; may fill fields of `object`, may throw an ApiError.
 */
export interface WriteHook {
  begin(object: KubeObject, old: KubeObject | undefined, dryRun: boolean): Promise<Claim>;
  /** The object has been deleted; `object` is its last state in the store. */
  afterDelete(object: KubeObject): Promise<void>;
}

/** By `group/resource`. */
export type WriteHooks = ReadonlyMap<string, WriteHook>;

export const hookKey = ({ group, resource }: { group: string; resource: string }): string =>
  `${group}/${resource}`;

/** Gives back what was claimed for a write that failed with `error`. */
export async function abandon(claim: Claim | undefined, error: unknown): Promise<void> {
  if (!(error instanceof OutcomeUnknownError)) await claim?.revert();
}
