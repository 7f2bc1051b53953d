import type { KubeObject } from '../../apimachinery/object.ts';
import type { Caller, Registry, Target } from '../context.ts';
import type { Validated } from './admit.ts';

/**
 * What POST to an action subresource does. `body` has the subresource's body kind and has been through mutating admission;
 * an action checks it, calls `validated`, and then writes past admission, as what is admitted is the action. Answers with an object of that kind,
 * or with a Status.
 */
export type Action = (
  registry: Registry,
  target: Target,
  caller: Caller,
  body: KubeObject,
  validated: Validated,
) => Promise<KubeObject>;

/** The Status that says that it was done. */
export const successStatus = (): KubeObject => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  code: 201,
});
