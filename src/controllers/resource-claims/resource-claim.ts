import { createEventRecorder } from '../../client/event-recorder.ts';
import { unlessNotFound } from '../../client/failure.ts';
import {
  type Pod,
  pods,
  type ResourceClaim,
  resourceClaims,
  resourceClaimTemplates,
} from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { controllersOf, itself, runLoop, source } from '../loop.ts';
import { byController, controllerOf, isControlledBy } from '../owners.ts';
import { isTerminating } from '../pod-state.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { account, makeClaim } from './making.ts';
import {
  byClaim,
  byTemplate,
  type ClaimRequest,
  claimNameOf,
  finalizer,
  isDone,
  isPod,
  isReservedFor,
  requestAnnotation,
  requestsOf,
} from './pod-claims.ts';

/**
 * Makes the ResourceClaims that pods ask for by template, and gives back what pods that are gone had reserved (KEP-4381). Who
 * allocates devices is not simulated.
 */
export const resourceClaim: Controller = {
  names: ['resourceclaim-controller', 'resource-claim-controller'],
  start(tools) {
    const running = [runPods(tools), runClaims(tools)];
    return {
      async stop() {
        await Promise.all(running.map(({ stop }) => stop()));
      },
    };
  },
};

function runPods(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(resourceClaims);
  const recorder = createEventRecorder({ client, clock, log, component: 'resource_claim' });
  const known = informers.of(pods);
  const claims = informers.of(resourceClaims);
  const templates = informers.of(resourceClaimTemplates);
  const claimsOf = claims.index(byController);
  const podsWith = known.index(byClaim);
  const podsFrom = known.index(byTemplate);

  /** The name of the claim that was made for a request now or before, when the pod does not say it. */
  const ensure = async (pod: Pod, request: ClaimRequest): Promise<string | undefined> => {
    const template = request.resourceClaimTemplateName;
    if (template === undefined) return undefined;
    const { namespace } = pod.metadata;
    const said = pod.status?.resourceClaimStatuses?.find(({ name }) => name === request.name);
    // Somebody has found that it is not needed.
    if (said && said.resourceClaimName === undefined) return undefined;
    const there = said && claims.get(namespace, said.resourceClaimName!);
    if (there && isControlledBy(there, pod)) return undefined;
    const made = claimsOf
      .get(pod.metadata.uid)
      .find(({ metadata }) => metadata.annotations?.[requestAnnotation] === request.name);
    return (made ?? (await makeClaim(tools, pod, request, template))).metadata.name;
  };
  const reserve = async (pod: Pod, request: ClaimRequest): Promise<void> => {
    const { namespace, name, uid } = pod.metadata;
    const claim = claims.get(namespace, claimNameOf(pod, request) ?? '');
    if (!claim?.status?.allocation || isReservedFor(claim, pod)) return;
    if (request.resourceClaimName === undefined && !isControlledBy(claim, pod)) return;
    const reservedFor = [...(claim.status.reservedFor ?? []), { resource: 'pods', name, uid }];
    await objects.updateStatus({ ...claim, status: { ...claim.status, reservedFor } });
  };
  const reconcile = async (key: string): Promise<void> => {
    const pod = known.get(...splitKey(key));
    if (!pod || isTerminating(pod) || isDone(pod)) return;
    const made: { name: string; resourceClaimName: string }[] = [];
    for (const request of requestsOf(pod)) {
      try {
        const resourceClaimName = await ensure(pod, request);
        if (resourceClaimName !== undefined) made.push({ name: request.name, resourceClaimName });
      } catch (error) {
        const what = `PodResourceClaim ${request.name}: ${(error as Error).message}`;
        recorder.event(pods, pod, 'Warning', 'FailedResourceClaimCreation', what);
        throw error;
      }
    }
    if (made.length > 0) {
      const { namespace, name } = pod.metadata;
      const patch = { status: { resourceClaimStatuses: made } };
      await client.of(pods).patch(namespace, name, 'strategic', patch, 'status');
    }
    // Elsewhere it is the scheduler that reserves.
    if (pod.spec?.nodeName) for (const request of requestsOf(pod)) await reserve(pod, request);
  };
  const sources = [
    source(known, (after) => (after && requestsOf(after).length > 0 ? [keyOf(after)] : [])),
    controllersOf(claims, 'Pod'),
    source(claims, (after, before) => podsWith.get(keyOf((after ?? before)!)).map(keyOf)),
    source(templates, (after) => (after ? podsFrom.get(keyOf(after)).map(keyOf) : [])),
  ];
  return runLoop({ name: account, sources, reconcile }, tools);
}

function runClaims(tools: ControllerTools): Running {
  const { informers } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(resourceClaims);
  const known = informers.of(pods);
  const claims = informers.of(resourceClaims);

  const isStillUsed = async (namespace: string, name: string, uid: string): Promise<boolean> => {
    // It may be news that it is there.
    const pod = known.get(namespace, name) ?? (await unlessNotFound(client.of(pods).get(namespace, name)));
    return pod?.metadata.uid === uid && !isDone(pod);
  };
  const withoutFinalizer = ({ metadata, ...claim }: ResourceClaim): ResourceClaim => ({
    ...claim,
    metadata: { ...metadata, finalizers: metadata.finalizers!.filter((name) => name !== finalizer) },
  });
  const isHeld = ({ metadata }: ResourceClaim) => metadata.finalizers?.includes(finalizer) === true;
  /** What is left of the claim without an allocation that nobody uses. */
  const release = async (
    claim: ResourceClaim,
    remaining: NonNullable<NonNullable<ResourceClaim['status']>['reservedFor']>,
  ): Promise<ResourceClaim> => {
    const { reservedFor: _, allocation, ...rest } = claim.status ?? {};
    const kept = remaining.length > 0 || !isHeld(claim);
    const status = {
      ...rest,
      ...(kept && allocation ? { allocation } : {}),
      ...(remaining.length > 0 ? { reservedFor: remaining } : {}),
    };
    const written = await objects.updateStatus({ ...claim, status });
    if (!isHeld(written) || written.status?.allocation) return written;
    return objects.update(withoutFinalizer(written));
  };
  const reconcile = async (key: string): Promise<void> => {
    const claim = claims.get(...splitKey(key));
    if (!claim) return;
    const { namespace } = claim.metadata;
    const reserved = claim.status?.reservedFor ?? [];
    const remaining: typeof reserved = [];
    for (const consumer of reserved) {
      if (!isPod(consumer) || (await isStillUsed(namespace, consumer.name, consumer.uid)))
        remaining.push(consumer);
    }
    const goes = claim.metadata.deletionTimestamp !== undefined;
    if (remaining.length < reserved.length || (goes && remaining.length === 0 && isHeld(claim))) {
      await release(claim, remaining);
    }
    const owner = controllerOf(claim);
    if (remaining.length > 0 || goes || owner?.kind !== 'Pod') return;
    const pod = known.get(namespace, owner.name);
    if (pod && (pod.metadata.uid !== owner.uid || isDone(pod))) await objects.delete(claim);
  };
  const sources = [
    itself(claims),
    source(known, (after, before) => {
      if (after && !isDone(after)) return [];
      const pod = (after ?? before)!;
      return byClaim(pod);
    }),
  ];
  return runLoop({ name: account, sources, reconcile }, tools);
}
