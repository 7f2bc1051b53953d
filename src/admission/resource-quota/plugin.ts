import type { IScopedResourceSelectorRequirement } from 'kubernetes-models/v1';
import type { GroupResource } from '../../apimachinery/gvk.ts';
import { evaluatorFor } from '../../resources/core/resourcequotas/usage/index.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';
import { inBatches } from './batches.ts';
import { type Charged, chargeAll } from './charge.ts';

/** A resource that nobody may use without a quota that covers it. */
export interface LimitedResource {
  readonly apiGroup?: string | undefined;
  readonly resource: string;
  /** Parts of the names of what is limited. */
  readonly matchContains?: readonly string[] | undefined;
  readonly matchScopes?: readonly IScopedResourceSelectorRequirement[] | undefined;
}

export interface ResourceQuotaConfiguration {
  readonly limitedResources: readonly LimitedResource[];
}

const resourceQuotas: GroupResource = { group: '', resource: 'resourcequotas' };

/**
 * What is created in a namespace keeps within its quotas. What an object will use is added to `status.used` of every quota
 * it counts for before the object is written, and taken off again when it is not; what goes later is for the controller of
 * quotas to see, which also fills `status` at first. A quota is in force as far as its status says.
 */
export const resourceQuota: AdmissionPluginFactory = ({ reader, clock, writer }, given) => {
  const { limitedResources: limited } = (given ?? { limitedResources: [] }) as ResourceQuotaConfiguration;
  /** Those who come while the quotas of their namespace are being written are charged together. */
  const charge = inBatches((namespace: string, waiting: readonly Charged[]) =>
    chargeAll(
      { writer, limited, world: { reader, nowMs: clock.now() } },
      namespace,
      [...reader.list(resourceQuotas, namespace)],
      waiting,
    ),
  );
  return {
    name: 'ResourceQuota',
    validate: (request) => {
      const change = changeOf(request);
      if (!change || request.namespace === '') return undefined;
      const evaluator = evaluatorFor(request.definition);
      if (!evaluator?.mayUse(change)) return undefined;
      if (limited.length === 0 && isEmpty(reader.list(resourceQuotas, request.namespace))) return undefined;
      return charge(request.namespace, { request, change, evaluator, refusal: undefined, charges: [] });
    },
  };
};

function changeOf({
  operation,
  subresource,
  object,
  oldObject,
}: AdmissionRequest): Charged['change'] | undefined {
  if (!object || (operation !== 'CREATE' && operation !== 'UPDATE')) return undefined;
  return { operation, subresource, object, oldObject };
}

function isEmpty(items: Iterable<unknown>): boolean {
  for (const _ of items) return false;
  return true;
}
