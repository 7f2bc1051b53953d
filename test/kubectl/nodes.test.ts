import { kubectlScript, type Script } from './script.ts';

const node =
  'apiVersion: v1\nkind: Node\nmetadata: {name: node-1, labels: {node-role.kubernetes.io/worker: ""}}\n';
const pod = (name: string, extra = '') =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: web}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: "\${uid}", controller: true}]}\nspec:\n  nodeName: node-1\n  terminationGracePeriodSeconds: 0\n  containers: [{name: main, image: busybox}, {name: side, image: busybox}]\n${extra}`;

/** Nodes, and what would need one. */
const script: Script = {
  // What controllers would do is not what this is about.
  controllers: [],
  files: { 'node.yaml': node },
  steps: [
    { run: 'get nodes', stderr: 'No resources found' },
    { run: 'create -f node.yaml', stdout: 'node/node-1 created' },
    { run: 'get nodes', stdout: /^NAME +STATUS +ROLES +AGE +VERSION\nnode-1 +Unknown +worker +\d+s *$/m },
    {
      run: `patch node node-1 --subresource=status -p '{"status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"v1.36.0"},"capacity":{"cpu":"4"},"addresses":[{"type":"InternalIP","address":"192.0.2.7"}]}}'`,
      stdout: 'node/node-1 patched',
    },
    {
      run: 'get nodes -o wide',
      stdout: [
        /^NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-RUNTIME$/m,
        /^node-1 +Ready +worker +\d+s +v1\.36\.0 +192\.0\.2\.7 +<none> +<unknown> +<unknown> +<unknown>$/m,
      ],
    },
    { run: 'taint nodes node-1 dedicated=gpu:NoSchedule', stdout: 'node/node-1 tainted' },
    {
      run: 'taint nodes node-1 dedicated=gpu:NoSchedule',
      code: 1,
      stderr: /node node-1 already has dedicated taint\(s\) with same effect\(s\) and --overwrite is false/,
    },
    { run: 'taint nodes node-1 dedicated-', stdout: 'node/node-1 untainted' },
    { run: 'taint nodes node-1 x=y:Sometimes', code: 1, stderr: /invalid taint effect: Sometimes/ },
    { run: 'cordon node-1', stdout: 'node/node-1 cordoned' },
    { run: 'get node node-1', stdout: /^node-1 +Ready,SchedulingDisabled +worker/m },
    { run: 'cordon node-1', stdout: 'node/node-1 already cordoned' },
    { run: 'uncordon node-1', stdout: 'node/node-1 uncordoned' },

    { run: 'create -f -', stdin: replicaSet(), stdout: 'replicaset.apps/web created' },
    { run: "get rs web -o jsonpath='{.metadata.uid}'", save: 'uid' },
    {
      run: 'create -f -',
      stdin: pod('web-a') + pod('web-b'),
      stdout: 'pod/web-a created\npod/web-b created',
    },
    {
      run: `patch pod web-a --subresource=status -p '{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}'`,
      stdout: 'pod/web-a patched',
    },
    { run: 'get pods -o wide', stdout: /^web-a +0\/2 +Running +0 +\d+s +<none> +node-1 +<none> +<none>$/m },

    {
      run: 'logs web-a',
      code: 1,
      stderr: [/a container name must be specified|Defaulted container "main"/, /node-1/],
    },
    { run: 'logs web-a -c side', code: 1, stderr: /node-1/ },
    { run: 'logs web-a -c none', code: 1, stderr: /container none is not valid for pod web-a/ },
    {
      run: 'logs missing',
      code: 1,
      stderr: /^error: .*pods "missing" not found|^Error from server \(NotFound\): pods "missing" not found/,
    },
    { run: 'exec web-a -c main -- true', code: 1, stderr: /node-1/ },
    { run: 'attach web-a -c main', code: 1, stderr: /node-1/ },
    { run: 'port-forward web-a 0:80', code: 1, stderr: /node-1/ },
    {
      run: 'port-forward web-b 0:80',
      code: 1,
      stderr: 'error: unable to forward port because pod is not running. Current status=Pending',
    },
    { run: 'get --raw /api/v1/nodes/node-1/proxy/metrics', code: 1, stderr: /node-1/ },
    {
      run: 'get --raw /api/v1/namespaces/default/services/kubernetes:https/proxy/',
      code: 1,
      stderr: /^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp /,
    },
    { run: 'debug web-b --image=busybox --attach=false -c dbg', stdout: '', stderr: /./ },
    { run: "get pod web-b -o jsonpath='{.spec.ephemeralContainers[*].name}'", stdout: 'dbg' },
    { run: 'top nodes', code: 1, stderr: 'error: Metrics API not available' },
    { run: 'top pods', code: 1, stderr: 'error: Metrics API not available' },

    {
      run: 'create pdb web --selector=app=web --min-available=1',
      stdout: 'poddisruptionbudget.policy/web created',
    },
    {
      run: 'create --raw /api/v1/namespaces/default/pods/web-a/eviction -f -',
      stdin: '{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"web-a"}}',
      code: 1,
      stderr:
        "Error from server (TooManyRequests): Cannot evict pod as it would violate the pod's disruption budget.",
    },
    { run: 'delete pdb web', stdout: /^poddisruptionbudget\.policy "web" deleted/ },
    {
      run: 'drain node-1 --timeout=10s',
      stdout: [
        /^node\/node-1 cordoned$/m,
        /^evicting pod default\/web-a$/m,
        /^pod\/web-a evicted$/m,
        /^node\/node-1 drained$/m,
      ],
      stderr: /.?/,
    },
    { run: 'get pods', stderr: 'No resources found in default namespace.' },
    { run: 'delete node node-1', stdout: 'node "node-1" deleted' },
  ],
};

function replicaSet(): string {
  return 'apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: main, image: busybox}]}\n';
}

kubectlScript('nodes', script);
