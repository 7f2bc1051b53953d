import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { ephemeralcontainersStrategy, resizeStrategy, statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

const hostNetwork = text('spec', 'hostNetwork');

export const definition = defineResource({
  group: '',
  resource: 'pods',
  kind: 'Pod',
  singular: 'pod',
  scope: 'Namespaced',
  shortNames: ['po'],
  categories: ['all'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.core.v1.Pod', storageVersionHash: 'xPOwRZ+Yhw8=', defaults },
  ],
  strategy,
  table,
  selectableFields: {
    'spec.nodeName': text('spec', 'nodeName'),
    // What the node was called before there was `spec.nodeName`.
    'spec.host': text('spec', 'nodeName'),
    'spec.restartPolicy': text('spec', 'restartPolicy'),
    'spec.schedulerName': text('spec', 'schedulerName'),
    'spec.serviceAccountName': text('spec', 'serviceAccountName'),
    'spec.hostNetwork': (pod) => hostNetwork(pod) || 'false',
    'status.phase': text('status', 'phase'),
    'status.podIP': text('status', 'podIP'),
    // Accepted as a selector since it was announced, but the reference server never has a value for it.
    'status.podIPs': () => '',
    'status.nominatedNodeName': text('status', 'nominatedNodeName'),
  },
  subresources: {
    attach: { kind: 'connect', verbs: ['create', 'get'], optionsKind: 'PodAttachOptions' },
    binding: {
      kind: 'action',
      verbs: ['create'],
      group: '',
      version: 'v1',
      bodyKind: 'Binding',
      schema: 'io.k8s.api.core.v1.Binding',
    },
    ephemeralcontainers: {
      kind: 'object',
      withoutTable: true,
      verbs: ['get', 'patch', 'update'],
      strategy: ephemeralcontainersStrategy,
    },
    eviction: {
      kind: 'action',
      verbs: ['create'],
      group: 'policy',
      version: 'v1',
      alsoVersions: ['v1beta1'],
      bodyKind: 'Eviction',
      schema: 'io.k8s.api.policy.v1.Eviction',
    },
    exec: { kind: 'connect', verbs: ['create', 'get'], optionsKind: 'PodExecOptions' },
    log: { kind: 'connect', verbs: ['get'], optionsKind: 'Pod' },
    portforward: { kind: 'connect', verbs: ['create', 'get'], optionsKind: 'PodPortForwardOptions' },
    proxy: {
      kind: 'connect',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      optionsKind: 'PodProxyOptions',
    },
    resize: {
      kind: 'object',
      withoutTable: true,
      verbs: ['get', 'patch', 'update'],
      strategy: resizeStrategy,
    },
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});
