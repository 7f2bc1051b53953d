import type { ClusterRolePolicy } from './policy.ts';
import { on, writeEvents } from './policy-rules.ts';

/** Roles of the controllers up to node; each is bound to the service account of that name in kube-system. */
export function controllerRoles(): ClusterRolePolicy[] {
  return [
    {
      name: 'attachdetach-controller',
      rules: [
        on('list watch', 'persistentvolumeclaims persistentvolumes'),
        on('get list watch', 'nodes'),
        on('patch update', 'nodes/status'),
        on('list watch', 'pods'),
        writeEvents(),
        on('create delete get list watch', 'volumeattachments', 'storage.k8s.io'),
        on('get list watch', 'csidrivers', 'storage.k8s.io'),
        on('get list watch', 'csinodes', 'storage.k8s.io'),
      ],
    },
    {
      name: 'certificate-controller',
      rules: [
        on('delete get list watch', 'certificatesigningrequests', 'certificates.k8s.io'),
        on(
          'update',
          'certificatesigningrequests/approval certificatesigningrequests/status',
          'certificates.k8s.io',
        ),
        on('approve', 'signers', 'certificates.k8s.io', 'kubernetes.io/kube-apiserver-client-kubelet'),
        on(
          'sign',
          'signers',
          'certificates.k8s.io',
          'kubernetes.io/kube-apiserver-client kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown',
        ),
        on('create', 'subjectaccessreviews', 'authorization.k8s.io'),
        writeEvents(),
      ],
    },
    {
      name: 'clusterrole-aggregation-controller',
      rules: [on('escalate get list patch update watch', 'clusterroles', 'rbac.authorization.k8s.io')],
    },
    {
      name: 'cronjob-controller',
      rules: [
        on('get list update watch', 'cronjobs', 'batch'),
        on('create delete get list patch update watch', 'jobs', 'batch'),
        on('update', 'cronjobs/status', 'batch'),
        on('update', 'cronjobs/finalizers', 'batch'),
        on('delete list watch', 'pods'),
        writeEvents(),
      ],
    },
    {
      name: 'daemon-set-controller',
      rules: [
        on('get list watch', 'daemonsets', 'apps extensions'),
        on('update', 'daemonsets/status', 'apps extensions'),
        on('update', 'daemonsets/finalizers', 'apps extensions'),
        on('list watch', 'nodes'),
        on('create delete list patch watch', 'pods'),
        on('create', 'pods/binding'),
        on('create delete get list patch update watch', 'controllerrevisions', 'apps'),
        writeEvents(),
      ],
    },
    {
      name: 'deployment-controller',
      rules: [
        on('get list update watch', 'deployments', 'apps extensions'),
        on('update', 'deployments/status', 'apps extensions'),
        on('update', 'deployments/finalizers', 'apps extensions'),
        on('create delete get list patch update watch', 'replicasets', 'apps extensions'),
        on('get list update watch', 'pods'),
        writeEvents(),
      ],
    },
    {
      name: 'device-taint-eviction-controller',
      rules: [
        on('delete get list watch', 'pods'),
        on('patch update', 'pods/status'),
        on('get list watch', 'resourceclaims', 'resource.k8s.io'),
        on('get list watch', 'resourceslices', 'resource.k8s.io'),
        on('get list watch', 'deviceclasses', 'resource.k8s.io'),
        writeEvents(),
      ],
    },
    {
      name: 'disruption-controller',
      rules: [
        on('get list watch', 'deployments', 'apps extensions'),
        on('get list watch', 'replicasets', 'apps extensions'),
        on('get list watch', 'replicationcontrollers'),
        on('get list watch', 'poddisruptionbudgets', 'policy'),
        on('get list watch', 'statefulsets', 'apps'),
        on('update', 'poddisruptionbudgets/status', 'policy'),
        on('patch update', 'pods/status'),
        on('get', '*/scale', '*'),
        writeEvents(),
      ],
    },
    {
      name: 'endpoint-controller',
      rules: [
        on('get list watch', 'pods services'),
        on('create delete get list update watch', 'endpoints'),
        on('create', 'endpoints/restricted'),
        writeEvents(),
      ],
    },
    {
      name: 'endpointslice-controller',
      rules: [
        on('get list watch', 'nodes pods services'),
        on('update', 'services/finalizers'),
        on('create delete get list update watch', 'endpointslices', 'discovery.k8s.io'),
        writeEvents(),
      ],
    },
    {
      name: 'endpointslicemirroring-controller',
      rules: [
        on('get list watch', 'endpoints services'),
        on('update', 'services/finalizers'),
        on('update', 'endpoints/finalizers'),
        on('create delete get list update watch', 'endpointslices', 'discovery.k8s.io'),
        writeEvents(),
      ],
    },
    {
      name: 'ephemeral-volume-controller',
      rules: [
        on('get list watch', 'pods'),
        on('update', 'pods/finalizers'),
        on('create get list watch', 'persistentvolumeclaims'),
        writeEvents(),
      ],
    },
    {
      name: 'expand-controller',
      rules: [
        on('get list patch update watch', 'persistentvolumes'),
        on('patch update', 'persistentvolumeclaims/status'),
        on('get list watch', 'persistentvolumeclaims'),
        writeEvents(),
      ],
    },
    {
      name: 'generic-garbage-collector',
      rules: [on('delete get list patch update watch', '*', '*'), writeEvents()],
    },
    {
      name: 'horizontal-pod-autoscaler',
      rules: [
        on('get list watch', 'horizontalpodautoscalers', 'autoscaling'),
        on('update', 'horizontalpodautoscalers/status', 'autoscaling'),
        on('get update', '*/scale', '*'),
        on('list watch', 'pods'),
        on('list watch', 'pods', 'metrics.k8s.io'),
        on('get list watch', '*', 'custom.metrics.k8s.io'),
        on('get list watch', '*', 'external.metrics.k8s.io'),
        writeEvents(),
      ],
    },
    {
      name: 'job-controller',
      rules: [
        on('get list patch update watch', 'jobs', 'batch'),
        on('update', 'jobs/status', 'batch'),
        on('update', 'jobs/finalizers', 'batch'),
        on('create delete list patch watch', 'pods'),
        writeEvents(),
      ],
    },
    {
      name: 'legacy-service-account-token-cleaner',
      rules: [
        on('get', 'configmaps', 'core', 'kube-apiserver-legacy-service-account-token-tracking'),
        on('delete patch', 'secrets'),
      ],
    },
    {
      name: 'namespace-controller',
      rules: [
        on('delete get list watch', 'namespaces'),
        on('update', 'namespaces/finalize namespaces/status'),
        on('delete deletecollection get list watch', '*', '*'),
      ],
    },
    {
      name: 'node-controller',
      rules: [
        on('delete get list patch update watch', 'nodes'),
        on('patch update', 'nodes/status'),
        on('patch update', 'pods/status'),
        on('delete get list watch', 'pods'),
        writeEvents(),
      ],
    },
  ];
}
