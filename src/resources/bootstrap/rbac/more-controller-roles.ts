import type { ClusterRolePolicy } from './policy.ts';
import { on, writeEvents } from './policy-rules.ts';

/** The rest of the controllers, from the persistent volume binder on. */
export function moreControllerRoles(): ClusterRolePolicy[] {
  return [
    {
      name: 'persistent-volume-binder',
      rules: [
        on('create delete get list update watch', 'persistentvolumes'),
        on('update', 'persistentvolumes/status'),
        on('get list update watch', 'persistentvolumeclaims'),
        on('update', 'persistentvolumeclaims/status'),
        on('create delete get list watch', 'pods'),
        on('get list watch', 'storageclasses', 'storage.k8s.io'),
        on('list watch', 'nodes'),
        writeEvents(),
        on('watch', 'events'),
      ],
    },
    {
      name: 'pod-garbage-collector',
      rules: [on('delete list watch', 'pods'), on('get list watch', 'nodes'), on('patch', 'pods/status')],
    },
    {
      name: 'pv-protection-controller',
      rules: [on('get list update watch', 'persistentvolumes'), writeEvents()],
    },
    {
      name: 'pvc-protection-controller',
      rules: [
        on('get list update watch', 'persistentvolumeclaims'),
        on('update', 'persistentvolumeclaims/status'),
        on('get list watch', 'pods'),
        writeEvents(),
      ],
    },
    {
      name: 'replicaset-controller',
      rules: [
        on('get list update watch', 'replicasets', 'apps extensions'),
        on('update', 'replicasets/status', 'apps extensions'),
        on('update', 'replicasets/finalizers', 'apps extensions'),
        on('create delete list patch watch', 'pods'),
        writeEvents(),
      ],
    },
    {
      name: 'replication-controller',
      rules: [
        on('get list update watch', 'replicationcontrollers'),
        on('update', 'replicationcontrollers/status'),
        on('update', 'replicationcontrollers/finalizers'),
        on('create delete list patch watch', 'pods'),
        writeEvents(),
      ],
    },
    {
      name: 'resource-claim-controller',
      rules: [
        on('get list watch', 'pods'),
        on('update', 'pods/finalizers'),
        on('create delete get list watch', 'resourceclaims', 'resource.k8s.io'),
        on('patch update', 'resourceclaims resourceclaims/status', 'resource.k8s.io'),
        on('patch update', 'pods/status'),
        writeEvents(),
        on('patch update', 'resourceclaims/binding', 'resource.k8s.io'),
      ],
    },
    {
      name: 'resourcequota-controller',
      rules: [on('list watch', '*', '*'), on('update', 'resourcequotas/status'), writeEvents()],
    },
    { name: 'root-ca-cert-publisher', rules: [on('create update', 'configmaps'), writeEvents()] },
    {
      name: 'route-controller',
      rules: [on('list watch', 'nodes'), on('patch', 'nodes/status'), writeEvents()],
    },
    {
      name: 'selinux-warning-controller',
      rules: [
        writeEvents(),
        on('get list watch', 'persistentvolumes'),
        on('get list watch', 'persistentvolumeclaims'),
        on('get list watch', 'pods'),
        on('get list watch', 'csidrivers', 'storage.k8s.io'),
      ],
    },
    { name: 'service-account-controller', rules: [on('create', 'serviceaccounts'), writeEvents()] },
    {
      name: 'service-cidrs-controller',
      rules: [
        on('get list patch update watch', 'servicecidrs', 'networking.k8s.io'),
        on('patch update', 'servicecidrs/finalizers', 'networking.k8s.io'),
        on('patch update', 'servicecidrs/status', 'networking.k8s.io'),
        on('get list watch', 'ipaddresses', 'networking.k8s.io'),
        writeEvents(),
      ],
    },
    {
      name: 'service-controller',
      rules: [
        on('get list watch', 'services'),
        on('patch update', 'services/status'),
        on('list watch', 'nodes'),
        writeEvents(),
      ],
    },
    {
      name: 'statefulset-controller',
      rules: [
        on('list watch', 'pods'),
        on('get list watch', 'statefulsets', 'apps'),
        on('update', 'statefulsets/status', 'apps'),
        on('update', 'statefulsets/finalizers', 'apps'),
        on('create delete get patch update', 'pods'),
        on('create delete get list patch update watch', 'controllerrevisions', 'apps'),
        on('create get list watch', 'persistentvolumeclaims'),
        on('delete update', 'persistentvolumeclaims'),
        on('update', 'pods/finalizers'),
        writeEvents(),
      ],
    },
    {
      name: 'ttl-after-finished-controller',
      rules: [on('delete get list watch', 'jobs', 'batch'), writeEvents()],
    },
    { name: 'ttl-controller', rules: [on('list patch update watch', 'nodes'), writeEvents()] },
    {
      name: 'validatingadmissionpolicy-status-controller',
      rules: [
        on('get list watch', 'validatingadmissionpolicies', 'admissionregistration.k8s.io'),
        on('get patch update', 'validatingadmissionpolicies/status', 'admissionregistration.k8s.io'),
        writeEvents(),
      ],
    },
    {
      name: 'volumeattributesclass-protection-controller',
      rules: [
        on('get list watch', 'persistentvolumeclaims'),
        on('get list watch', 'persistentvolumes'),
        on('get list update watch', 'volumeattributesclasses', 'storage.k8s.io'),
        writeEvents(),
      ],
    },
  ];
}
