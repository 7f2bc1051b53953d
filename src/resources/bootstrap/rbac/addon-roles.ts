import type { ClusterRolePolicy } from './policy.ts';
import { on, writeEvents } from './policy-rules.ts';

/** Roles of certificate approvers, the aggregator, DNS and storage helpers. */
export function addonRoles(): ClusterRolePolicy[] {
  return [
    {
      name: 'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
      rules: [on('create', 'certificatesigningrequests/nodeclient', 'certificates.k8s.io')],
    },
    {
      name: 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient',
      rules: [on('create', 'certificatesigningrequests/selfnodeclient', 'certificates.k8s.io')],
    },
    {
      name: 'system:certificates.k8s.io:kube-apiserver-client-approver',
      rules: [on('approve', 'signers', 'certificates.k8s.io', 'kubernetes.io/kube-apiserver-client')],
    },
    {
      name: 'system:certificates.k8s.io:kube-apiserver-client-kubelet-approver',
      rules: [on('approve', 'signers', 'certificates.k8s.io', 'kubernetes.io/kube-apiserver-client-kubelet')],
    },
    {
      name: 'system:certificates.k8s.io:kubelet-serving-approver',
      rules: [on('approve', 'signers', 'certificates.k8s.io', 'kubernetes.io/kubelet-serving')],
    },
    {
      name: 'system:certificates.k8s.io:legacy-unknown-approver',
      rules: [on('approve', 'signers', 'certificates.k8s.io', 'kubernetes.io/legacy-unknown')],
    },
    { name: 'system:kube-aggregator', rules: [on('get list watch', 'endpoints services')] },
    { name: 'system:kube-dns', rules: [on('list watch', 'endpoints services')] },
    {
      name: 'system:persistent-volume-provisioner',
      rules: [
        on('create delete get list watch', 'persistentvolumes'),
        on('get list update watch', 'persistentvolumeclaims'),
        on('get list watch', 'storageclasses', 'storage.k8s.io'),
        on('watch', 'events'),
        writeEvents(),
      ],
    },
    {
      name: 'system:volume-scheduler',
      rules: [
        on('get list patch update watch', 'persistentvolumes'),
        on('get list watch', 'storageclasses', 'storage.k8s.io'),
        on('get list patch update watch', 'persistentvolumeclaims'),
      ],
    },
  ];
}
