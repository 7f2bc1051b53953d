import {
  type Pod,
  pods,
  type ResourceClaim,
  resourceClaims,
  resourceClaimTemplates,
} from '../../client/kinds.ts';
import { controllerReference } from '../owners.ts';
import type { ControllerTools } from '../types.ts';
import { type ClaimRequest, generateNameFor, requestAnnotation } from './pod-claims.ts';

export const account = 'resource-claim-controller';

/** Makes the claim that a pod asks for by template. Rejects when there is no such template. */
export async function makeClaim(
  tools: Pick<ControllerTools, 'informers' | 'clientAs'>,
  pod: Pod,
  request: ClaimRequest,
  templateName: string,
): Promise<ResourceClaim> {
  const { namespace, name } = pod.metadata;
  const template = tools.informers.of(resourceClaimTemplates).get(namespace, templateName);
  const quoted = JSON.stringify(templateName);
  if (!template) {
    const missing = `resourceclaimtemplate.resource.k8s.io ${quoted} not found`;
    throw new Error(`resource claim template ${quoted}: ${missing}`);
  }
  const { labels, annotations } = (template.spec.metadata ?? {}) as ResourceClaim['metadata'];
  const { blockOwnerDeletion: _, ...owner } = controllerReference(pods, pod);
  return tools
    .clientAs(account)
    .of(resourceClaims)
    .create(namespace, {
      metadata: {
        generateName: generateNameFor(name, request.name),
        ownerReferences: [owner],
        annotations: { ...annotations, [requestAnnotation]: request.name },
        ...(labels ? { labels } : {}),
      },
      spec: template.spec.spec,
    });
}
