import type { KubeObject } from '../../../apimachinery/object.ts';

/** Why a pod does not pass: `reason` in a few words, `detail` with the values, as the reference server prints them. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** Looks at the spec and the annotations of a pod, or of what will be one. */
export type Check = (pod: KubeObject) => Violation | undefined;

/** One rule of the Pod Security Standards. */
export interface Rule {
  readonly id: string;
  readonly level: 'baseline' | 'restricted';
  /** What is checked from which minor version on, in ascending order. */
  readonly versions: readonly {
    readonly from: number;
    readonly check: Check;
    /** The baseline rule that need not be checked where this one is. */
    readonly replaces?: string;
  }[];
}
