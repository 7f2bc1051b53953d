import type { BootstrapObject } from './types.ts';

/** The namespaces that always exist. */
export const systemNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'] as const;

export const bootstrapNamespaces = (): BootstrapObject[] =>
  systemNamespaces.map((name) => ({
    group: '',
    resource: 'namespaces',
    namespace: '',
    name,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    mode: 'createIfMissing',
  }));
