import type { IScopedResourceSelectorRequirement } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../../apimachinery/object.ts';
import type { Reader } from '../../../../apimachinery/reader.ts';
import type { Quantities } from '../../../validation/resource-list.ts';

/** A write, as far as usage is concerned. */
export interface UsageChange {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly subresource: string;
  readonly object: KubeObject;
  /** Absent on CREATE. */
  readonly oldObject?: KubeObject | undefined;
}

/** What usage may depend on beside the object itself. */
export interface World {
  readonly nowMs: number;
  readonly reader: Reader;
}

/** How objects of one resource use up what quotas limit. Objects are in the stored version. */
export interface Evaluator {
  /** Whether the write may use more than was used before. */
  readonly mayUse: (change: UsageChange) => boolean;
  /** Whether objects of this resource use what a quota limits under this name. */
  readonly uses: (name: string, world: World) => boolean;
  /** What one object uses; names with nothing may be left out. */
  readonly usage: (object: KubeObject, world: World) => Quantities;
  /** Whether an object is within a scope. Absent: it is in none. */
  readonly isWithin?: (scope: IScopedResourceSelectorRequirement, object: KubeObject) => boolean;
  /** What an object has to say for quotas with these names, and does not. */
  readonly missing?: (names: readonly string[], object: KubeObject) => string | undefined;
}
