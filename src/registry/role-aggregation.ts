import type { Log } from '../apimachinery/log.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import { ApiError } from '../apimachinery/status.ts';
import { settledRules } from '../resources/rbac/aggregation.ts';
import { resourcePrefix } from '../storage/keys.ts';
import type { Registry, Target } from './context.ts';
import { serverCaller } from './server-caller.ts';
import { update } from './write/update.ts';

export interface RoleAggregation {
  /** Resolves when every role that collects others has their rules, for the first time. */
  readonly settled: Promise<void>;
  /** Resolves when nothing is being written any more. */
  stop(): Promise<void>;
}

const clusterRoles = { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' };

/**
 * Keeps the rules of ClusterRoles with an `aggregationRule`, as kube-controller-manager does. Works when ClusterRoles change, and
 * never else.
 */
export function keepRolesAggregated(registry: Registry, log: Log): RoleAggregation {
  const { catalog, store, layout } = registry;
  const definition = catalog.definition(clusterRoles);
  if (!definition) return { settled: Promise.resolve(), stop: async () => {} };
  let stopped = false;
  let due = false;
  let running = Promise.resolve();
  const look = (): Promise<void> => {
    if (due) return running;
    due = true;
    running = running.then(async () => {
      due = false;
      if (stopped) return;
      await writeRules(registry).catch((error) => log.warn('aggregating ClusterRoles failed', { error }));
    });
    return running;
  };
  const prefix = resourcePrefix(layout, definition);
  const subscription = store.cache.subscribe(prefix, store.cache.revision, () => void look());
  return {
    settled: look(),
    async stop() {
      stopped = true;
      subscription?.stop();
      await running;
    },
  };
}

async function writeRules(registry: Registry): Promise<void> {
  const changed = settledRules(allRoles(registry));
  await Promise.all([...changed.keys()].map((name) => writeRole(registry, name)));
}

function allRoles({ catalog, store, layout }: Registry): KubeObject[] {
  const prefix = resourcePrefix(layout, catalog.definition(clusterRoles)!);
  const roles: KubeObject[] = [];
  store.cache.snapshot().objects.forEachFrom(prefix, (key, entry) => {
    if (!key.startsWith(prefix)) return false;
    roles.push(entry.view());
    return true;
  });
  return roles;
}

async function writeRole(registry: Registry, name: string): Promise<void> {
  const served = registry.catalog.find(clusterRoles.group, 'v1', clusterRoles.resource);
  if (!served) return;
  const target: Target = { ...served, namespace: '', name, subresource: '' };
  const produce = (old: KubeObject | undefined) => {
    const rules = settledRules(allRoles(registry)).get(name);
    return rules ? { ...old!, rules: structuredClone(rules) } : old!;
  };
  try {
    await update(registry, target, serverCaller, { produce });
  } catch (error) {
    // Somebody deleted it meanwhile.
    if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
  }
}
