import { jsonEqual } from '../../apimachinery/object.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import { ipAddresses, serviceCidrs, services } from '../../client/kinds.ts';
import { keyOf } from '../../client/resource.ts';
import { every } from '../every.ts';
import { itself, runLoop, source } from '../loop.ts';
import type { ControllerTools, Running } from '../types.ts';
import { addressesOf, isOfService, parentKey } from './addresses.ts';
import { checkService } from './service-addresses.ts';
import { checkAddress } from './stray-addresses.ts';

/** How often everything is looked at again. */
const periodMs = 180_000;

/** The server itself: nobody else may write addresses. */
const apiserver = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

/**
 * Makes IPAddresses and Services agree (kube-apiserver's `ipallocator-repair-controller`): each address of a Service has its
 * IPAddress, which names that Service, and an IPAddress of the allocator has its Service.
 */
export function repairAddresses(tools: ControllerTools): Running {
  const { informers, clock, upkeep, log } = tools;
  const client = tools.clientOf(apiserver);
  const component = 'ipallocator-repair-controller';
  const recorder = createEventRecorder({ client, clock, log, component });
  const known = informers.of(services);
  const addresses = informers.of(ipAddresses);
  const cidrs = informers.of(serviceCidrs);
  const repairTools = { client, clock, recorder, services: known, addresses, cidrs };
  const needs = [cidrs as never];
  const ofServices = runLoop(
    {
      ...{ name: component, needs, reconcile: (key) => checkService(repairTools, key) },
      sources: [
        itself(known),
        source(addresses, (after, before) =>
          after || !before || !isOfService(before.spec.parentRef) ? [] : [parentKey(before.spec.parentRef)],
        ),
      ],
    },
    tools,
  );
  const ofAddresses = runLoop(
    {
      ...{ name: component, needs, reconcile: (key) => checkAddress(repairTools, key) },
      sources: [
        itself(addresses),
        // The Service that an address was waiting for.
        source(known, (after, before) =>
          !after || (before && jsonEqual(addressesOf(before), addressesOf(after))) ? [] : addressesOf(after),
        ),
      ],
    },
    tools,
  );
  const again = every(upkeep, periodMs, () => {
    for (const service of known.all()) ofServices.add(keyOf(service));
    for (const address of addresses.all()) ofAddresses.add(keyOf(address));
  });
  return {
    async stop() {
      again.stop();
      await Promise.all([ofServices.stop(), ofAddresses.stop()]);
    },
  };
}
