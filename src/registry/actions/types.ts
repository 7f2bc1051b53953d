import type { KubeObject } from '../../apimachinery/object.ts';
import type { Caller, Registry, Target } from '../context.ts';

/**
 * What POST to an action subresource does. `body` has the subresource's body kind. Answers with an object of that kind,
 * or with a Status.
 */
export type Action = (
  registry: Registry,
  target: Target,
  caller: Caller,
  body: KubeObject,
) => Promise<KubeObject>;

/** The Status that says that it was done. */
export const successStatus = (): KubeObject => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  code: 201,
});
