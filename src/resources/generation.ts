import { jsonEqual, type KubeObject } from '../apimachinery/object.ts';

/** The desired state is `spec`. */
export const specChanged = (object: KubeObject, old: KubeObject): boolean =>
  !jsonEqual(object['spec'], old['spec']);

/** The desired state of a webhook configuration is its list of webhooks. */
export const webhooksChanged = (object: KubeObject, old: KubeObject): boolean =>
  !jsonEqual(object['webhooks'], old['webhooks']);
