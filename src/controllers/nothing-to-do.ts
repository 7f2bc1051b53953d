/**
 * Controllers of kube-controller-manager 1.36 that have nothing to do here, by all their names: `--controllers` accepts them, with a
 * warning. docs/controllers.md says why.
 */
export const nothingToDo: readonly (readonly string[])[] = [
  ['service-lb-controller', 'service'],
  ['node-route-controller', 'route'],
  ['cloud-node-lifecycle-controller', 'cloud-node-lifecycle'],
  ['node-ipam-controller', 'nodeipam'],
  ['persistentvolume-attach-detach-controller', 'attachdetach'],
  ['persistentvolume-expander-controller', 'persistentvolume-expander'],
  ['selinux-warning-controller'],
  ['device-taint-eviction-controller'],
  ['resourcepoolstatusrequest-controller'],
  ['podgroup-protection-controller'],
  ['podcertificaterequest-cleaner-controller'],
  ['kube-apiserver-serving-clustertrustbundle-publisher-controller'],
  ['storageversion-garbage-collector-controller', 'storage-version-gc'],
  ['storage-version-migrator-controller', 'svm'],
  ['validatingadmissionpolicy-status-controller'],
];

/** Which of the names that were asked for stand for nothing here. */
export const idleAmong = (chosen: readonly string[]): readonly string[] =>
  chosen.filter((name) => nothingToDo.some((names) => names.includes(name)));
