import type { Clock } from '../apimachinery/clock.ts';
import type { UserInfo } from '../apimachinery/user.ts';
import { createActivity } from '../client/activity.ts';
import { createClient } from '../client/client.ts';
import { createEnding } from '../client/ending-transport.ts';
import { createInformers } from '../client/informers.ts';
import type { ClientTransport } from '../client/transport.ts';
import { workClock } from '../client/work-clock.ts';
import { serviceAccountUser } from '../resources/core/serviceaccounts/token-claims.ts';
import { tokenCleaner } from './bootstrap-tokens/cleaner.ts';
import { bootstrapSigner } from './bootstrap-tokens/signer.ts';
import { approving } from './certificates/approving.ts';
import { cleaning } from './certificates/cleaning.ts';
import { rootCaPublisher } from './certificates/root-ca.ts';
import { signing } from './certificates/signing.ts';
import { clusterRoleAggregation } from './clusterrole-aggregation/aggregation.ts';
import { cronJob } from './cronjobs/cron-job.ts';
import { daemonSet } from './daemonsets/daemon-set.ts';
import { deployment } from './deployments/deployment.ts';
import { disruption } from './disruption/disruption.ts';
import { endpoint } from './endpoints/endpoints.ts';
import { mirroring } from './endpointslice-mirroring/mirroring.ts';
import { endpointSlice } from './endpointslices/endpoint-slice.ts';
import { ephemeralVolumes } from './ephemeral-volumes/ephemeral.ts';
import { garbageCollector } from './garbage-collector/garbage-collector.ts';
import { job } from './jobs/job.ts';
import { leadWhileHolding } from './leader-election.ts';
import { managerUser } from './manager.ts';
import { namespace as namespaceController } from './namespace/namespace.ts';
import { nodeLifecycle } from './node-lifecycle/node-lifecycle.ts';
import { nodeTtl } from './node-ttl/node-ttl.ts';
import { checkNodes, type NodeSettings } from './nodes/settings.ts';
import { startNodes } from './nodes/simulated-nodes.ts';
import { idleAmong, nothingToDo } from './nothing-to-do.ts';
import { podAutoscaling } from './pod-autoscaling/horizontal.ts';
import { podGarbageCollector } from './pod-gc/pod-gc.ts';
import { replicaSet } from './replicasets/replica-set.ts';
import { replicationController } from './replicasets/replication-controller.ts';
import { resourceClaim } from './resource-claims/resource-claim.ts';
import { resourceQuota } from './resource-quota/resource-quota.ts';
import { scheduler } from './scheduler/scheduler.ts';
import { filling } from './service-account-tokens/filling.ts';
import { unusedTokens } from './service-account-tokens/unused-tokens.ts';
import { accounts } from './service-accounts/accounts.ts';
import { serviceCidr } from './service-cidrs/service-cidr.ts';
import { statefulSet } from './statefulsets/stateful-set.ts';
import { taintEviction } from './taint-eviction/taint-eviction.ts';
import { ttlAfterFinished } from './ttl-after-finished/ttl-after-finished.ts';
import type { Controller, ControllerTools, Running } from './types.ts';
import { volumeBinder } from './volume-binder/binder.ts';
import { attributesProtection, claimProtection, volumeProtection } from './volume-protection/protection.ts';

export { checkNodes, type NodeSettings };

const controllers: readonly Controller[] = [
  endpoint,
  endpointSlice,
  mirroring,
  replicationController,
  podGarbageCollector,
  resourceQuota,
  namespaceController,
  accounts,
  garbageCollector,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  job,
  cronJob,
  podAutoscaling,
  disruption,
  nodeLifecycle,
  taintEviction,
  volumeBinder,
  claimProtection,
  volumeProtection,
  attributesProtection,
  ephemeralVolumes,
  resourceClaim,
  approving,
  signing,
  cleaning,
  filling,
  nodeTtl,
  bootstrapSigner,
  tokenCleaner,
  clusterRoleAggregation,
  ttlAfterFinished,
  rootCaPublisher,
  unusedTokens,
  serviceCidr,
  scheduler,
];

/** The names of each controller. */
export const controllerNames: readonly Controller['names'][] = controllers.map(({ names }) => names);

/**
 * `--controllers`: `*` stands for all, a name for one, and a name after `-` takes one away. Throws an Error for names that
 * kube-controller-manager does not have either.
 */
export function checkControllers(chosen: readonly string[]): void {
  const known = [...controllerNames, ...nothingToDo].flat();
  for (const name of chosen) {
    if (name !== '*' && !known.includes(name.replace(/^-/, ''))) {
      throw new Error(`--controllers: ${JSON.stringify(name)} is not in the list of known controllers`);
    }
  }
}

/** Whether the controller of this name is among those that are chosen. */
export const isChosenByName = (name: string, chosen: readonly string[]): boolean =>
  controllers.some((controller) => controller.names.includes(name) && isChosen(controller, chosen));

function isChosen({ names, onlyWhenNamed = false }: Controller, chosen: readonly string[]): boolean {
  if (names.some((name) => chosen.includes(name))) return true;
  return !onlyWhenNamed && chosen.includes('*') && !names.some((name) => chosen.includes(`-${name}`));
}

/** What controllers need of the server around them. */
export interface ControllerHost
  extends Pick<
    ControllerTools,
    'random' | 'log' | 'authority' | 'rootCa' | 'signToken' | 'nodeLinks' | 'images' | 'fetch'
  > {
  readonly clock: Clock;
  /** How to reach the API as this user. */
  readonly transportOf: (user: UserInfo) => ClientTransport;
  /** By what name this process runs for leader, when others may run controllers too; undefined: there are no others. */
  readonly candidate?: string;
  /** The nodes that are simulated beside the controllers; absent: none. */
  readonly nodes?: NodeSettings;
}

export interface RunningControllers extends Running {
  /** Whether anything is being done or is about to be. */
  isBusy(): boolean;
  /** When something is to be done next, in milliseconds since the epoch; undefined when nothing is. */
  nextWorkAt(): number | undefined;
}

/**
 * Starts the controllers that are chosen, each as the service account that the reference server's has. With `candidate`, only while
 * this process holds the lease of kube-controller-manager. A process with nothing to run does not ask for it: holding it would keep
 * another replica from running what it has.
 */
export function startControllers(chosen: readonly string[], host: ControllerHost): RunningControllers {
  const { candidate } = host;
  const idle = idleAmong(chosen);
  if (idle.length > 0)
    host.log.warn('controllers that have nothing to do here', { controllers: idle.join(',') });
  if (candidate === undefined || !hasWork(chosen, host)) return runControllers(chosen, host);
  let running: RunningControllers | undefined;
  const { clock, random, log, transportOf } = host;
  const office = leadWhileHolding(
    {
      api: createClient(transportOf(managerUser), { activity: createActivity() }),
      ...{ clock, random, log },
      identity: candidate,
      lease: { namespace, name: 'kube-controller-manager' },
    },
    {
      async onStart() {
        running = runControllers(chosen, host);
        return running;
      },
    },
  );
  return {
    isBusy: () => running?.isBusy() === true,
    nextWorkAt: () => running?.nextWorkAt(),
    stop: office.stop,
  };
}

const hasWork = (chosen: readonly string[], { nodes }: ControllerHost): boolean =>
  nodes?.run === true || controllers.some((controller) => isChosen(controller, chosen));

/** How long answers are waited for after the end has been asked for: another leader begins 5 s after a lease was lost. */
const stopWithinMs = 3_000;

function runControllers(chosen: readonly string[], host: ControllerHost): RunningControllers {
  const { clock: upkeep, log } = host;
  const ending = createEnding();
  const transportOf = (user: UserInfo) => ending.over(host.transportOf(user));
  const activity = createActivity();
  const clock = workClock(upkeep);
  const informers = createInformers({ transport: transportOf(managerUser), clock: upkeep, log, activity });
  const clientOf: ControllerTools['clientOf'] = (user) =>
    createClient(transportOf(user), { activity, informers });
  const tools: ControllerTools = {
    ...host,
    othersServe: host.candidate !== undefined,
    clock,
    upkeep,
    activity,
    informers,
    clientOf,
    clientAs: (account) => clientOf(userOf(account)),
  };
  const running = controllers
    .filter((controller) => isChosen(controller, chosen))
    .map(({ start }) => start(tools));
  if (host.nodes?.run) running.push(startNodes(host.nodes, tools));
  return {
    isBusy: () => activity.busy,
    nextWorkAt: clock.nextWorkAt,
    async stop() {
      const late = upkeep.setTimer(stopWithinMs, ending.end);
      await Promise.all(running.map(({ stop }) => stop()));
      late.cancel();
      informers.stop();
    },
  };
}

const namespace = 'kube-system';

const userOf = (account: string): UserInfo => ({
  name: serviceAccountUser(namespace, account),
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
