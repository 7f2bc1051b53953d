import type { KubeObject } from '../../apimachinery/object.ts';
import type { Caller, Target } from '../../registry/context.ts';

/** A resource that is computed, not stored: reviews, component statuses. Objects are in the served version. */
export interface VirtualResource {
  readonly create?: (body: KubeObject, caller: Caller, target: Target) => Promise<KubeObject> | KubeObject;
  readonly get?: (name: string) => KubeObject | undefined;
  readonly list?: () => KubeObject[];
}

/** By `group/resource`. */
export type VirtualResources = ReadonlyMap<string, VirtualResource>;
