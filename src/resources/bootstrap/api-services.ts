import { cloneJson, jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import { type GroupVersionPriority, groupVersions } from '../group-versions.ts';
import type { BootstrapObject, BootstrapOptions } from './types.ts';

/** On the APIServices that the server made itself and keeps: `onstart` or `true`. */
export const automanagedLabel = 'kube-aggregator.kubernetes.io/automanaged';

/** The aggregator's own group answers for itself and has no APIService. */
const aggregatorGroup = 'apiregistration.k8s.io';

/** The APIServices of the group versions that the server itself serves. */
export function bootstrapApiServices({ serves }: Pick<BootstrapOptions, 'serves'>): BootstrapObject[] {
  return Object.keys(groupVersions)
    .filter((group) => group !== aggregatorGroup)
    .flatMap((group) =>
      groupVersions[group]!.filter(({ version }) => serves(group, version)).map((priority) =>
        apiService(group, priority),
      ),
    );
}

function apiService(group: string, priority: GroupVersionPriority): BootstrapObject {
  const { version, groupPriorityMinimum, versionPriority } = priority;
  const name = `${version}.${group}`;
  const object = {
    apiVersion: `${aggregatorGroup}/v1`,
    kind: 'APIService',
    metadata: { name, labels: { [automanagedLabel]: 'onstart' } },
    spec: { ...(group === '' ? {} : { group }), version, groupPriorityMinimum, versionPriority },
  };
  return {
    group: aggregatorGroup,
    resource: 'apiservices',
    namespace: '',
    name,
    object,
    mode: 'reconcile',
    reconcile: (existing) => reconcileApiService(existing, object.spec),
  };
}

/** An APIService without the label belongs to somebody else, who may send the group version elsewhere. */
function reconcileApiService(existing: KubeObject, spec: object): KubeObject | undefined {
  const managed = existing.metadata.labels?.[automanagedLabel];
  if (managed !== 'onstart' && managed !== 'true') return undefined;
  return jsonEqual(existing['spec'], spec) ? undefined : { ...cloneJson(existing), spec };
}
