/*
 * A small controller: every namespace that has the label `team` gets a ResourceQuota of ten pods. It knows nothing about
 * where its API server is; a test gives it a cluster in the same process, production gives it a kubeconfig.
 */
import { CoreV1Api, type KubeConfig, makeInformer, type V1Namespace } from '@kubernetes/client-node';

export const quotaName = 'team-pods';
const podsPerTeam = '10';

/** Makes the quota of one namespace what it should be. May be called at any time, and again. */
export async function reconcile(api: CoreV1Api, namespace: V1Namespace): Promise<void> {
  const { name, labels } = namespace.metadata ?? {};
  if (name === undefined || labels?.['team'] === undefined) return;
  const { items } = await api.listNamespacedResourceQuota({ namespace: name });
  if (items.some((quota) => quota.metadata?.name === quotaName)) return;
  await api.createNamespacedResourceQuota({
    namespace: name,
    body: { metadata: { name: quotaName }, spec: { hard: { pods: podsPerTeam } } },
  });
}

/** Runs until `stop` is called. */
export async function startTeamQuota(config: KubeConfig): Promise<{ stop(): Promise<void> }> {
  const api = config.makeApiClient(CoreV1Api);
  const informer = makeInformer(config, '/api/v1/namespaces', () => api.listNamespace());
  const handle = (namespace: V1Namespace) => void reconcile(api, namespace).catch(console.error);
  informer.on('add', handle);
  informer.on('update', handle);
  await informer.start();
  return { stop: () => informer.stop() };
}
