import type { Pod, ResourceClaim } from '../../client/kinds.ts';
import { keyFor } from '../../client/resource.ts';
import { isFinished, isTerminating } from '../pod-state.ts';

/** How a pod asks for a claim: by its name, or for one of its own from a template. */
export type ClaimRequest = NonNullable<NonNullable<Pod['spec']>['resourceClaims']>[number];
type Consumer = NonNullable<NonNullable<ResourceClaim['status']>['reservedFor']>[number];

/** Says for which request of its pod a claim was made (`resourceapi.PodResourceClaimAnnotation`). */
export const requestAnnotation = 'resource.kubernetes.io/pod-claim-name';
/** Holds what was allocated. */
export const finalizer = 'resource.kubernetes.io/delete-protection';

export const requestsOf = ({ spec }: Pod): readonly ClaimRequest[] => spec?.resourceClaims ?? [];

/** The name of the claim; undefined when it was not made yet, or is not needed. */
export function claimNameOf({ status }: Pod, request: ClaimRequest): string | undefined {
  if (request.resourceClaimName !== undefined) return request.resourceClaimName;
  return status?.resourceClaimStatuses?.find(({ name }) => name === request.name)?.resourceClaimName;
}

/** For an index: pods by the keys of the claims that they use. */
export const byClaim = (pod: Pod): readonly string[] =>
  requestsOf(pod).flatMap((request) => {
    const name = claimNameOf(pod, request);
    return name === undefined ? [] : [keyFor(pod.metadata.namespace, name)];
  });

/** For an index: pods by the keys of the templates that they name. */
export const byTemplate = (pod: Pod): readonly string[] =>
  requestsOf(pod).flatMap(({ resourceClaimTemplateName: name }) =>
    name === undefined ? [] : [keyFor(pod.metadata.namespace, name)],
  );

/** Will never use a claim any more. */
export const isDone = (pod: Pod): boolean => isFinished(pod) || (isTerminating(pod) && !pod.spec?.nodeName);

export const isPod = ({ apiGroup = '', resource }: Consumer): boolean =>
  apiGroup === '' && resource === 'pods';

export const isReservedFor = ({ status }: ResourceClaim, pod: Pod): boolean =>
  (status?.reservedFor ?? []).some((consumer) => isPod(consumer) && consumer.uid === pod.metadata.uid);

/** The most characters that the server's five random ones may follow. */
const maxBaseChars = 57;

/** `<pod>-<request>-`, both cut in proportion when they are too long. */
export function generateNameFor(pod: string, request: string): string {
  const whole = `${pod}-${request}-`;
  if (whole.length <= maxBaseChars) return whole;
  const cut = (text: string) => text.slice(0, Math.floor((text.length * maxBaseChars) / whole.length));
  return `${cut(pod)}-${cut(request)}`;
}
