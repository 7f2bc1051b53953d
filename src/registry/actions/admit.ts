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
  { admission }: Registry,
  target: Target,
  caller: Caller,
  body: KubeObject,
): Promise<Validated> {
  const request = admissionRequest('CREATE', target, caller, body, undefined);
  await admission.mutate(request);
  return async () => admission.validate(request);
}

/** Admission of who wants to reach into a node: exec, attach, portforward and the proxies. */
export async function admitConnection(
  { admission }: Registry,
  target: Target,
  caller: Caller,
): Promise<void> {
  const request = admissionRequest('CONNECT', target, caller, undefined, undefined);
  await admission.mutate(request);
  await admission.validate(request);
}
