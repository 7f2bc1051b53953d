import { monitorEventLoopDelay } from 'node:perf_hooks';
import { admissionFor, checkAdmission } from './admission/index.ts';
import type { Figure, HistogramFigure } from './apimachinery/figure.ts';
import { localUrlHost } from './apimachinery/host-addresses.ts';
import type { Log } from './apimachinery/log.ts';
import { createNodeLinks } from './apimachinery/node-link.ts';
import { createPump } from './apimachinery/pump.ts';
import { requestIds, uuid } from './apimachinery/random.ts';
import { anonymousUser } from './apimachinery/user.ts';
import { checkAudit, createAudit } from './audit/index.ts';
import type { ClientCertificates } from './authentication/client-certificates.ts';
import { type Authentication, checkAuthentication, createAuthentication } from './authentication/index.ts';
import { trustMarks } from './authentication/trust-marks.ts';
import { accessQuestion } from './authorization/access-question.ts';
import { type Authorization, checkAuthorization, createAuthorization } from './authorization/index.ts';
import { escalationGuard } from './authorization/rbac/escalation-plugin.ts';
import { reloadFigures } from './configuration/reload-figures.ts';
import { createReloads, failedReloads, type Reloads } from './configuration/reloads.ts';
import {
  checkControllers,
  checkNodes,
  isChosenByName,
  type RunningControllers,
  startControllers,
} from './controllers/index.ts';

import { checkEncryption, createEncryption } from './encryption/index.ts';
import { allowedOrigins } from './endpoints/chain/cors.ts';
import { createImpersonate } from './endpoints/chain/impersonate.ts';
import type { Core, HealthCheck } from './endpoints/core.ts';
import { createDeadlines } from './endpoints/deadlines.ts';
import type { Handler } from './endpoints/exchange.ts';
import { createHandler } from './endpoints/handle.ts';
import { healthChecks } from './endpoints/health-checks.ts';
import { createMetrics } from './endpoints/metrics.ts';
import { serviceBackends } from './endpoints/verbs/proxy.ts';
import { bindings } from './endpoints/virtual/bindings.ts';
import { componentStatuses } from './endpoints/virtual/component-statuses.ts';
import { type ReviewTools, reviewResources } from './endpoints/virtual/reviews.ts';
import { tokenReviews } from './endpoints/virtual/token-reviews.ts';
import { createFlowControl } from './flowcontrol/index.ts';
import { checkFlowControl } from './flowcontrol/options.ts';
import { isFresh } from './kv/is-fresh.ts';
import type { TokenIssuer } from './registry/actions/token.ts';
import { createServiceHook, type ServiceHook } from './registry/allocators/index.ts';
import { bootstrap } from './registry/bootstrap.ts';
import { type Catalog, createCatalog } from './registry/catalog.ts';
import type { Registry } from './registry/context.ts';
import { keepFlowControl } from './registry/flow-control-upkeep.ts';
import { countObjects, objectCounter } from './registry/object-counts.ts';
import { keepTrustPublished } from './registry/published-trust.ts';
import { createReader } from './registry/reader.ts';
import { joinReplicas, type Replica } from './registry/replicas/index.ts';
import { aggregateRoles } from './registry/role-aggregation.ts';
import { checkRuntimeConfig } from './registry/runtime-config.ts';
import { secretLabels } from './registry/secret-labels.ts';
import { upstreamValues } from './registry/upstream-values.ts';
import { createWriter } from './registry/writer.ts';
import { type BootstrapOptions, bootstrapObjects } from './resources/bootstrap/index.ts';
import { builtinResources } from './resources/index.ts';
import { loadSchemas } from './scheme/schema-set.ts';
import {
  type ApiServerOptions,
  kubernetesServiceIp,
  nodeSettings,
  type ServerSettings,
} from './server-options.ts';
import { checkLayout } from './storage/check-layout.ts';
import { compactPeriodically, windowLimitsOf } from './storage/compaction.ts';
import { type KeyLayout, resourcePrefix } from './storage/keys.ts';
import { ObjectStore } from './storage/object-store.ts';
import { WatchCache } from './storage/watch-cache.ts';
import { inProcessTransport } from './transport/in-process/client.ts';
import { createFetch } from './transport/in-process/fetch.ts';

/** What is only known once there is an address: filled in before the first request is answered. */
export interface Surroundings {
  readonly advertiseAddress: string;
  readonly securePort: number;
  readonly hostname: string;
  /** Whether a Lease tells other replicas that this one is alive, and is written every ten seconds. */
  readonly keepsIdentity: boolean;
}

export interface ApiServer {
  readonly handle: Handler;
  /** For listeners: whose certificates to ask for; and for who signs certificates, to have them believed. */
  readonly clientCertificates: ClientCertificates;
  /** Fills a fresh store with what a server has from the start. `/readyz` fails until it is done. */
  bootstrap(surroundings: Surroundings): Promise<void>;
  /** Whether controllers have anything to do now, or watches anything to tell. */
  isBusy(): boolean;
  /** When controllers have something to do next, in milliseconds since the epoch; undefined when they have nothing. */
  nextWorkAt(): number | undefined;
  /** Fails `/readyz` and leaves the endpoints of the `kubernetes` Service, so that clients turn away; nothing else changes. */
  refuseReadiness(): void;
  /** Ends watches and refuses readiness; requests go on being answered. */
  beginStop(): void;
  /** Stops following the store. The store itself is its maker's to close. */
  close(): Promise<void>;
}

/** How often the delay of the event loop is looked at. */
const eventLoopResolutionMs = 10;

/**
 * Throws an Error, to be shown to the operator, for settings that name what does not exist, and for files that they name with which
 * a server must not start. Changes nothing.
 */
export async function checkSettings(settings: ServerSettings): Promise<void> {
  kubernetesServiceIp(settings);
  checkRuntimeConfig(builtinResources, settings.runtimeConfig);
  checkFlowControl(settings.flowControl);
  await checkAdmission(settings.admission);
  checkControllers(settings.controllers);
  checkNodes(nodeSettings(settings));
  await checkAuthentication(settings.authentication);
  await checkAuthorization(settings.authorization);
  allowedOrigins(settings.corsAllowedOrigins);
  await checkAudit(settings.audit);
  await checkEncryption(settings.encryption);
}

/** Wires the rooms together. `checkSettings` must have passed, so that what is wrong with settings is told before anything is opened. */
export function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const reloads = createReloads(options.clock, options.log);
  return wire(options, reloads).catch((error: unknown) => {
    // There is no server whose `close` would end the following of files.
    reloads.stop();
    throw error;
  });
}

async function wire(options: ApiServerOptions, reloads: Reloads): Promise<ApiServer> {
  const { clock, random, log, layout } = options;
  const stopping = new AbortController();
  const state: ServerState = { ready: false, refusesReadiness: false, stopping, address: '' };
  const { kv, cache, catalog, reader, store } = await openStorage(options, reloads);
  const serviceHook = createServiceHook({ ...options, store, catalog });
  const tools = { reader, clock, random, log, reloads };
  const auditor = await createAudit(options.audit, tools);
  const authorization = await createAuthorization(options.authorization, tools);
  const { authorizer, rules, explain, hint } = authorization;
  const writer = createWriter(() => registry);
  const nodes = createNodeLinks();
  const backendOf = serviceBackends(() => registry, nodes);
  const own = { labelSecret: secretLabels(writer, log), ownSigningKey: options.serviceAccountKey ?? noKey };
  const authentication = await createAuthentication(options.authentication, { ...tools, ...own });
  const registry: Registry = {
    catalog,
    store,
    schemas: loadSchemas(),
    admission: await admissionOf(options, authorization, { ...tools, writer, backendOf, ...catalog }),
    hooks: new Map([['/services', serviceHook]]),
    layout,
    clock,
    random,
    ...writeRules(options),
    tokens: tokenIssuer(options, authentication),
  };
  const countOf = objectCounter(catalog, cache, layout);
  const flowControl = createFlowControl(options, { reader, countObjects: countOf });
  const eventLoopDelay = monitorEventLoopDelay({ resolution: eventLoopResolutionMs });
  eventLoopDelay.enable();
  const core: Core = {
    registry,
    nodes,
    virtual: virtualResources(registry, authentication, { authorizer, rules, clock, random }),
    authentication,
    discovery: () => authentication.serviceAccounts.discovery(state.address),
    auditor,
    auditIds: requestIds(random),
    allowsOrigin: allowedOrigins(options.corsAllowedOrigins),
    authorizer,
    impersonate: createImpersonate(authorizer),
    explain,
    hint,
    rules,
    metrics: createMetrics({
      clock,
      eventLoopDelay,
      eventLoopResolutionMs,
      storeRevision: () => kv.revision(),
      storedObjects: () => countObjects(catalog, cache, layout),
      flowControl: flowControl.metrics,
      figures: [
        reloadFigures(reloads),
        ...[authentication.counts, authorization, registry.admission, auditor].map(figuresOf),
      ].flat(),
    }),
    deadlines: createDeadlines(clock, options.requestTimeoutMs),
    flowControl,
    log,
    pump: createPump(clock.monotonicMs),
    minRequestTimeoutSeconds: options.minRequestTimeoutSeconds,
    stopping: state.stopping.signal,
    healthChecks: healthOf(cache, state, reloads),
  };
  /** What writes now and then, and has to end before the store does. */
  const writers: (() => Promise<void>)[] = [];
  let controllers: RunningControllers | undefined;
  const compaction = compactPeriodically(kv, clock, options.compaction, log);
  const { clientCertificates } = authentication;
  const handle = createHandler(core);
  return {
    handle,
    clientCertificates,
    isBusy: () => core.pump.busy || controllers?.isBusy() === true,
    nextWorkAt: () => controllers?.nextWorkAt(),
    async bootstrap(surroundings) {
      const trusted = { ...surroundings, ...clientCertificates.published() };
      state.replica = await moveIn(options, registry, trusted, { serviceHook, authentication });
      const { hostname, advertiseAddress, securePort } = surroundings;
      state.address = `${localUrlHost(advertiseAddress)}:${securePort}`;
      writers.push(state.replica.leave);
      writers.push(...(await upkeep(registry, clientCertificates, log)));
      controllers = controllersOf(options, { hostname, handle, ...core });
      writers.push(async () => controllers?.stop());
      state.ready = true;
    },
    refuseReadiness() {
      state.refusesReadiness = true;
      void state.replica?.withdraw();
    },
    beginStop() {
      state.refusesReadiness = true;
      state.stopping.abort();
    },
    async close() {
      for (const end of writers) await end();
      compaction.stop();
      reloads.stop();
      flowControl.stop();
      registry.admission.close();
      await auditor?.close();
      eventLoopDelay.disable();
      cache.stop();
    },
  };
}

/** Writes what a server has from the start, and makes it known to others. */
async function moveIn(
  options: ApiServerOptions,
  registry: Registry,
  surroundings: Surroundings & ReturnType<ClientCertificates['published']>,
  { serviceHook, authentication }: { serviceHook: ServiceHook; authentication: Authentication },
): Promise<Replica> {
  const { kv, random, log, endpointReconciling: endpoints } = options;
  const trust = kv.shared && surroundings.keepsIdentity ? await trustOf(options, authentication) : {};
  const trusted = { ...surroundings, instanceId: uuid(random), ...trust };
  // Whoever takes it away does not want it back at the next start.
  const storageClass = (await isFresh(kv)) ? options.storageClass : '';
  await bootstrap(registry, initialObjects(options, registry.catalog, { ...trusted, storageClass }));
  // A claim in a shared store may belong to a service that another replica is just writing.
  const repair = () => serviceHook.repair(kv.shared ? sharedClaimGraceMs : 0);
  await repair();
  return joinReplicas(registry, { ...trusted, endpoints, repair }, log);
}

/** What other servers on the same store have to agree on. */
async function trustOf({ authority }: ApiServerOptions, authentication: Authentication) {
  const issuer = await authority?.().catch(() => undefined);
  return { trust: await trustMarks(authentication, issuer?.certificate) };
}

/** Begins what the server itself keeps up to date; answers how to end each. */
async function upkeep(
  registry: Registry,
  certificates: ClientCertificates,
  log: Log,
): Promise<(() => Promise<void>)[]> {
  await aggregateRoles(registry, log);
  return [keepFlowControl(registry, log).stop, keepTrustPublished(registry, certificates, log).stop];
}

/** Longer than any request that claims an address and then writes its service. */
const sharedClaimGraceMs = 60_000;

/** What is stored, followed, and looked up; and the files that are. */
async function openStorage(options: ApiServerOptions, reloads: Reloads) {
  const { clock, random, log, layout } = options;
  const sealing = { random, reloads };
  const sealed = await createEncryption(options.kv, options.encryption, placesOf(layout), sealing);
  const kv =
    layout === 'upstream' ? upstreamValues(sealed ?? options.kv, builtinResources) : (sealed ?? options.kv);
  const onLoss = (error: Error) => log.error('the store cannot be followed any more', { error });
  const cache = new WatchCache(kv, clock, onLoss, windowLimitsOf(options.compaction));
  await cache.start();
  const catalog = createCatalog(builtinResources, options.runtimeConfig);
  checkLayout(cache, layout, builtinResources);
  const reader = createReader(catalog, cache, layout);
  return { kv, cache, catalog, reader, store: new ObjectStore(kv, cache, sealed?.isStale) };
}

/** Where every resource lies in the store, those that are not served included. */
const placesOf = (layout: KeyLayout) =>
  builtinResources.map((definition) => ({
    group: definition.group,
    resource: definition.resource,
    prefix: resourcePrefix(layout, definition),
  }));
const virtualResources = (registry: Registry, authentication: Authentication, tools: ReviewTools) =>
  new Map([
    ...bindings(registry),
    ...reviewResources(tools),
    ...tokenReviews(authentication),
    ...componentStatuses(),
  ]);

interface ControllerSurroundings extends Pick<Core, 'authentication' | 'nodes'> {
  readonly hostname: string;
  readonly handle: Handler;
}

function controllersOf(
  options: ApiServerOptions,
  { hostname, handle, authentication, nodes }: ControllerSurroundings,
): RunningControllers | undefined {
  const { authority, rootCa, clock, random, log, images = {} } = options;
  if (!authority) return undefined;
  return startControllers(options.controllers, {
    transportOf: (user) => inProcessTransport(handle, user),
    signToken: authentication.serviceAccounts.sign,
    nodes: nodeSettings(options),
    nodeLinks: nodes,
    fetch: createFetch(handle, { user: anonymousUser }),
    ...{ authority, rootCa, clock, random, log, images },
    ...(options.kv.shared ? { candidate: `${hostname}_${uuid(random)}` } : {}),
  });
}

function admissionOf(
  { admission, authority, controllers }: ApiServerOptions,
  { authorizer, rbac }: Authorization,
  tools: Omit<Parameters<typeof admissionFor>[1], 'ask' | 'runs'>,
) {
  const runs = (name: string) => authority !== undefined && isChosenByName(name, controllers);
  const around = { ...tools, ask: accessQuestion(authorizer), runs };
  return admissionFor(admission, around, [escalationGuard(authorizer, rbac)]);
}

const noKey = () => Promise.reject(new Error('there is no key for service account tokens'));

const tokenIssuer = ({ authentication: options }: ApiServerOptions, made: Authentication): TokenIssuer => ({
  ...options.serviceAccounts,
  audiences: made.audiences,
  sign: made.serviceAccounts.sign,
});

function initialObjects(
  options: ApiServerOptions,
  catalog: Catalog,
  surroundings: Surroundings &
    ReturnType<ClientCertificates['published']> &
    Pick<BootstrapOptions, 'instanceId' | 'trust' | 'storageClass'>,
) {
  const { clock, serviceCidrs } = options;
  return bootstrapObjects({
    nowMs: clock.now(),
    serviceCidrs,
    serves: catalog.hasGroupVersion,
    serviceIp: kubernetesServiceIp(options),
    ...surroundings,
  });
}

const writeRules = ({ eventTtlSeconds, allowPrivileged }: ApiServerOptions) => ({
  eventTtlSeconds,
  allowPrivileged,
});

const figuresOf = (room: { readonly figures: readonly (Figure | HistogramFigure)[] } | undefined) =>
  room?.figures ?? [];

interface ServerState {
  ready: boolean;
  refusesReadiness: boolean;
  /** Host and port by which others find the server. */
  address: string;
  /** Once it has joined the others. */
  replica?: Replica;
  readonly stopping: AbortController;
}

const healthOf = (cache: WatchCache, state: ServerState, reloads: Reloads): HealthCheck[] =>
  healthChecks({
    storeFailure: () => cache.failure?.message,
    isLoaded: () => cache.revision > 0,
    isReady: () => state.ready,
    refusesReadiness: () => state.refusesReadiness,
    failedReloads: () => failedReloads(reloads),
  });
