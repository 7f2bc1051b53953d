import type { KubeObject } from '../../apimachinery/object.ts';
import { autoUpdateAnnotation } from './priority-levels.ts';

type Distinguisher = 'ByUser' | 'ByNamespace' | 'none';

const groups = (...names: string[]) => names.map((name) => ({ kind: 'Group', group: { name } }));
const users = (...names: string[]) => names.map((name) => ({ kind: 'User', user: { name } }));
const systemServiceAccounts = () => [
  { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'kube-system' } },
];
const everybody = () => groups('system:unauthenticated', 'system:authenticated');

const resourceRule = (
  verbs: string[],
  apiGroups: string[],
  resources: string[],
  clusterScope: boolean,
): Record<string, unknown> => ({
  verbs,
  apiGroups,
  resources,
  ...(clusterScope ? { clusterScope } : {}),
  namespaces: ['*'],
});

const everyRequest = () => ({
  resourceRules: [resourceRule(['*'], ['*'], ['*'], true)],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
});

function flowSchema(
  name: string,
  priorityLevel: string,
  matchingPrecedence: number,
  distinguisher: Distinguisher,
  rule: Record<string, unknown>,
): KubeObject {
  return {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name, annotations: { [autoUpdateAnnotation]: 'true' } },
    spec: {
      priorityLevelConfiguration: { name: priorityLevel },
      matchingPrecedence,
      ...(distinguisher === 'none' ? {} : { distinguisherMethod: { type: distinguisher } }),
      rules: [rule],
    },
  };
}

/** Always kept as they are here, whatever their annotation says. */
export const mandatoryFlowSchemas = (): KubeObject[] => [
  flowSchema('exempt', 'exempt', 1, 'none', { subjects: groups('system:masters'), ...everyRequest() }),
  flowSchema('catch-all', 'catch-all', 10_000, 'ByUser', { subjects: everybody(), ...everyRequest() }),
];

const leases = (verbs: string[]) => resourceRule(verbs, ['coordination.k8s.io'], ['leases'], false);

const fromUser = (name: string, user: string): KubeObject =>
  flowSchema(name, 'workload-high', 800, 'ByNamespace', { subjects: users(user), ...everyRequest() });

export const suggestedFlowSchemas = (): KubeObject[] => [
  flowSchema('system-nodes', 'system', 500, 'ByUser', {
    subjects: groups('system:nodes'),
    ...everyRequest(),
  }),
  flowSchema('system-node-high', 'node-high', 400, 'ByUser', {
    subjects: groups('system:nodes'),
    resourceRules: [resourceRule(['*'], [''], ['nodes', 'nodes/status'], true), leases(['*'])],
  }),
  flowSchema('probes', 'exempt', 2, 'none', {
    subjects: everybody(),
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  flowSchema('system-leader-election', 'leader-election', 100, 'ByUser', {
    subjects: [
      ...users('system:kube-controller-manager', 'system:kube-scheduler'),
      ...systemServiceAccounts(),
    ],
    resourceRules: [leases(['get', 'create', 'update'])],
  }),
  fromUser('kube-controller-manager', 'system:kube-controller-manager'),
  fromUser('kube-scheduler', 'system:kube-scheduler'),
  flowSchema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', {
    subjects: systemServiceAccounts(),
    ...everyRequest(),
  }),
  flowSchema('service-accounts', 'workload-low', 9000, 'ByUser', {
    subjects: groups('system:serviceaccounts'),
    ...everyRequest(),
  }),
  flowSchema('global-default', 'global-default', 9900, 'ByUser', {
    subjects: everybody(),
    ...everyRequest(),
  }),
];
