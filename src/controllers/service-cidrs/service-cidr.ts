import { formatTime, parseTime } from '../../apimachinery/clock.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import { unlessNotFound } from '../../client/failure.ts';
import { ipAddresses, type ServiceCIDR, serviceCidrs } from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { itself, runLoop, source } from '../loop.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { covers, givesAny, isManaged, overlap, rangesOf } from './ranges.ts';
import { repairAddresses } from './repair.ts';

const account = 'service-cidrs-controller';
const finalizer = 'networking.k8s.io/service-cidr-finalizer';
/** How long a range that goes away is kept, so that nobody gives addresses of it any more (`deletionGracePeriod`). */
const graceMs = 10_000;

type Condition = NonNullable<NonNullable<ServiceCIDR['status']>['conditions']>[number];

/**
 * Keeps ServiceCIDRs as long as there are addresses that only they give (KEP-1880), and addresses and Services in agreement, which
 * elsewhere is a part of kube-apiserver.
 */
export const serviceCidr: Controller = {
  names: ['service-cidr-controller'],
  start(tools) {
    const running = [runCidrs(tools), repairAddresses(tools)];
    return {
      async stop() {
        await Promise.all(running.map(({ stop }) => stop()));
      },
    };
  },
};

function runCidrs(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(serviceCidrs);
  const recorder = createEventRecorder({ client, clock, log, component: 'service-cidr-controller' });
  const known = informers.of(serviceCidrs);
  const addresses = informers.of(ipAddresses);

  /** Whether every address of it would still be given by somebody. */
  const mayGo = (cidr: ServiceCIDR): boolean => {
    const others = [...known.all()].filter(({ metadata }) => metadata.name !== cidr.metadata.name);
    const ranges = others.flatMap(rangesOf);
    if (rangesOf(cidr).every((own) => ranges.some((range) => covers(range, own)))) return true;
    for (const address of addresses.all()) {
      const { name } = address.metadata;
      if (isManaged(address) && givesAny(cidr, name) && !others.some((other) => givesAny(other, name)))
        return false;
    }
    return true;
  };
  const setReady = async (
    { metadata, status }: ServiceCIDR,
    ready: Pick<Condition, 'status' | 'reason' | 'message'>,
  ) => {
    const now = status?.conditions?.find(({ type }) => type === 'Ready');
    if (now?.status === ready.status && now.reason === ready.reason && now.message === ready.message) return;
    const conditions = [{ type: 'Ready', ...ready, lastTransitionTime: formatTime(clock.now()) }];
    await objects.patch('', metadata.name, 'strategic', { status: { conditions } }, 'status');
  };
  const setFinalizer = async ({ metadata }: ServiceCIDR, wanted: boolean) => {
    if ((metadata.finalizers ?? []).includes(finalizer) === wanted) return;
    const list = wanted ? 'finalizers' : '$deleteFromPrimitiveList/finalizers';
    const patch = { metadata: { uid: metadata.uid, [list]: [finalizer] } };
    await unlessNotFound(objects.patch('', metadata.name, 'strategic', patch));
  };
  const reconcile = async (key: string): Promise<number | undefined> => {
    const cidr = known.get(...splitKey(key));
    if (!cidr) return undefined;
    const { deletionTimestamp } = cidr.metadata;
    if (deletionTimestamp === undefined) {
      await setFinalizer(cidr, true);
      const ready = { status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' } as const;
      await setReady(cidr, ready).catch((error: unknown) => {
        const what = 'The ServiceCIDR Status can not be set to Ready=True';
        recorder.event(serviceCidrs, cidr, 'Warning', 'KubernetesServiceCIDRError', what);
        throw error;
      });
      return undefined;
    }
    if (!mayGo(cidr)) {
      const message =
        'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR';
      await setReady(cidr, { status: 'False', reason: 'Terminating', message });
      return undefined;
    }
    const leftMs = parseTime(deletionTimestamp) + graceMs - clock.now();
    if (leftMs > 0) return leftMs;
    await setFinalizer(cidr, false);
    return undefined;
  };
  const sources = [
    itself(known),
    // A range that comes may free others to go.
    source(known, (after, before) => {
      if (!after || before) return [];
      const ranges = rangesOf(after);
      return [...known.all()]
        .filter((other) => rangesOf(other).some((range) => ranges.some((own) => overlap(own, range))))
        .map(keyOf);
    }),
    source(addresses, (after, before) => {
      const address = (after ?? before)!;
      if ((after && before) || !isManaged(address)) return [];
      return [...known.all()].filter((cidr) => givesAny(cidr, address.metadata.name)).map(keyOf);
    }),
  ];
  return runLoop({ name: 'service-cidr', sources, reconcile }, tools);
}
