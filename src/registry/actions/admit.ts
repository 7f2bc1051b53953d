import { createAdmissionChain } from '../../admission/chain.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Caller, Registry, Target } from '../context.ts';
import { admissionRequest } from '../write/pipeline.ts';

/** A registry whose writes nobody is asked about: for what an action does once it has been admitted itself. */
export const pastAdmission = (registry: Registry): Registry => ({ ...registry, admission: unasked });

const unasked = createAdmissionChain([]);

/** Runs validating admission: to be called when a body has been found good, before anything is done about it. */
export type Validated = () => Promise<void>;

/**
 * Mutating admission of what is sent to be answered or done and not to be stored: a review, a binding, an eviction. `body`
 * may be changed by it. The answer is for whoever does it to call.
 */
export async function admitBody(
  registry: Registry,
  target: Target,
  caller: Caller,
  body: KubeObject,
): Promise<Validated> {
  const { admission } = registry;
  if (target.definition.scope === 'Namespaced') body.metadata.namespace ||= target.namespace;
  const request = admissionRequest('CREATE', registry, target, caller, body, undefined);
  await admission.mutate(request);
  return async () => admission.validate(request);
}

/** Admission of who wants to reach into a node, with these options: exec, attach, portforward and the proxies. */
export async function admitConnection(
  registry: Registry,
  target: Target,
  caller: Caller,
  options: KubeObject,
): Promise<void> {
  const { admission } = registry;
  const request = admissionRequest('CONNECT', registry, target, caller, options, undefined);
  await admission.mutate(request);
  await admission.validate(request);
}
