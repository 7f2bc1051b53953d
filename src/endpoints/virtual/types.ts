import type { KubeObject } from '../../apimachinery/object.ts';
import type { Validated } from '../../registry/actions/admit.ts';
import type { Caller, Target } from '../../registry/context.ts';

/** A resource that is computed, not stored: reviews, component statuses. Objects are in the served version. */
export interface VirtualResource {
  /** `body` has been through mutating admission; `validated` is to be called once it has been found good. */
  readonly create?: (
    body: KubeObject,
    caller: Caller,
    target: Target,
    validated: Validated,
  ) => Promise<KubeObject>;
  readonly get?: (name: string) => KubeObject | undefined;
  readonly list?: () => KubeObject[];
}

/** By `group/resource`. */
export type VirtualResources = ReadonlyMap<string, VirtualResource>;
