import type { Log } from '../apimachinery/log.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import { ApiError } from '../apimachinery/status.ts';
import { settledRules } from '../resources/rbac/aggregation.ts';
import { resourcePrefix } from '../storage/keys.ts';
import type { Registry, Target } from './context.ts';
import { serverCaller } from './server-caller.ts';
import { update } from './write/update.ts';

const clusterRoles = { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' };

/**
 * Fills the rules of ClusterRoles with an `aggregationRule`, once, so that they are whole on a fresh server. A controller keeps them.
 * What cannot be written is logged.
 */
export async function aggregateRoles(registry: Registry, log: Log): Promise<void> {
  if (!registry.catalog.definition(clusterRoles)) return;
  try {
    const changed = settledRules(allRoles(registry));
    await Promise.all([...changed.keys()].map((name) => writeRole(registry, name)));
  } catch (error) {
    log.warn('aggregating ClusterRoles failed', { error });
  }
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
