import type { KubeObject } from '../../apimachinery/object.ts';
import { type ClusterRole, clusterRoles } from '../../client/kinds.ts';
import { settledRules } from '../../resources/rbac/aggregation.ts';
import { runLoop, source } from '../loop.ts';
import type { Controller } from '../types.ts';

const everything = 'all';

/** Gives ClusterRoles with an `aggregationRule` the rules of the roles that they collect. */
export const clusterRoleAggregation: Controller = {
  names: ['clusterrole-aggregation-controller', 'clusterrole-aggregation'],
  start(tools) {
    const client = tools.clientAs('clusterrole-aggregation-controller').of(clusterRoles);
    const known = tools.informers.of(clusterRoles);
    // Roles collect roles that collect roles: all are looked at, and those written that have to change.
    const reconcile = async (): Promise<void> => {
      const roles = [...known.all()].sort(byName);
      const changed = settledRules(roles as unknown as readonly KubeObject[]);
      for (const [name, rules] of changed) {
        const role = known.get('', name);
        if (role) await client.update({ ...role, rules: [...rules] as NonNullable<ClusterRole['rules']> });
      }
    };
    const sources = [source(known, () => [everything])];
    return runLoop({ name: 'clusterrole-aggregation', sources, workers: 1, reconcile }, tools);
  },
};

const byName = (a: ClusterRole, b: ClusterRole): number => (a.metadata.name < b.metadata.name ? -1 : 1);
