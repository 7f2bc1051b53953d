import type { KubeObject } from '../../apimachinery/object.ts';
import type { Caller, Registry, Target } from '../context.ts';
import { admissionRequest } from '../write/pipeline.ts';

/**
 * Admission of what is asked of a subresource: `body`, which plugins may change, as something that is created. A binding
 * is admitted as the update of the pod that it becomes.
 */
export async function admitAction(
  { admission }: Registry,
  target: Target,
  caller: Caller,
  body: KubeObject,
): Promise<void> {
  if (target.subresource === 'binding') return;
  const request = admissionRequest('CREATE', target, caller, body, undefined);
  await admission.mutate(request);
  await admission.validate(request);
}
