import type { GroupResource } from './gvk.ts';
import type { KubeObject } from './object.ts';

/**
 * How a room looks something up without importing `storage`. Answers come from the watch cache in the stored version,
 * without I/O; they are shared values that must not be changed.
 */
export interface Reader {
  /** The object, or undefined when there is none (or no such resource). `namespace` is '' for cluster-scoped resources. */
  get(resource: GroupResource, namespace: string, name: string): KubeObject | undefined;
  /** All objects of one namespace, or of all when `namespace` is ''. In key order. */
  list(resource: GroupResource, namespace: string): Iterable<KubeObject>;
  /**
   * Resolves when answers tell of every write that was answered before the call, by whichever server. For who is about to refuse
   * because something is missing.
   */
  fresh?(): Promise<void>;
}

/** A Reader that tells when to look again. */
export interface StampedReader extends Reader {
  /** A number that changes with every change of the resource. */
  changeStamp(resource: GroupResource): number;
}

/** One change of one object, or its being there when following begins. */
export interface ObjectChange {
  readonly deleted: boolean;
  /** Whether the JSON of the object has this text somewhere, told in a tenth of the time of reading it. */
  mentions(text: string): boolean;
  /** The object after the change, or its last state; a fresh tree. */
  read(): KubeObject;
}

/** A Reader that tells what changes. */
export interface FollowedReader extends StampedReader {
  /**
   * Calls `onChange` at once for every object that there is, then for every change in order, before the write that made it is
   * answered. `onChange` must not throw. Ends with the answer, or with the server.
   */
  follow(resource: GroupResource, onChange: (change: ObjectChange) => void): () => void;
}
