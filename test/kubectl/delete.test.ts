import { kubectlScript, type Script } from './script.ts';

const bound = (name: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec:\n  nodeName: node-1\n  containers: [{name: main, image: busybox}]\n`;

const owned = (name: string) => `---
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  finalizers: [example.com/hold]
`;

/** delete in all its manners, wait, finalizers. */
const script: Script = {
  // No garbage collector: what the server writes for it stays to be seen.
  controllers: ['namespace'],
  files: { 'bound.yaml': `${bound('slow')}---\n${bound('slower')}`, 'held.yaml': owned('held') },
  steps: [
    { run: 'create configmap a', stdout: 'configmap/a created' },
    { run: 'create configmap b', stdout: 'configmap/b created' },
    { run: 'label cm b group=x', stdout: 'configmap/b labeled' },
    { run: 'delete cm a --dry-run=server', stdout: /^configmap "a" deleted.* \(server dry run\)$/m },
    { run: 'delete cm a --dry-run=client', stdout: /^configmap "a" deleted.* \(dry run\)$/m },
    { run: 'delete cm a', stdout: /^configmap "a" deleted/ },
    { run: 'delete cm a', code: 1, stderr: 'Error from server (NotFound): configmaps "a" not found' },
    { run: 'delete cm a --ignore-not-found', stdout: '' },
    { run: 'delete cm -l group=x -o name', stdout: 'configmap/b' },
    { run: 'delete cm -l group=x', stdout: 'No resources found' },
    { run: 'create ns bulk', stdout: 'namespace/bulk created' },
    { run: 'create cm one -n bulk', stdout: 'configmap/one created' },
    { run: 'create cm two -n bulk', stdout: 'configmap/two created' },
    { run: 'delete cm --all -n bulk', stdout: [/^configmap "one" deleted/m, /^configmap "two" deleted/m] },
    { run: 'delete cm', code: 1, stderr: 'error: resource(s) were provided, but no name was specified' },

    { run: 'run quick --image=busybox', stdout: 'pod/quick created' },
    { run: 'delete pod quick', stdout: /^pod "quick" deleted/ },
    { run: 'create -f bound.yaml', stdout: 'pod/slow created\npod/slower created' },
    { run: 'delete pod slow --wait=false', stdout: /^pod "slow" deleted/ },
    { run: 'get pod slow', stdout: /^slow +0\/1 +Terminating +0 +\d+s$/m },
    {
      run: 'get pod slow -o json',
      json: { metadata: { deletionGracePeriodSeconds: 30, finalizers: undefined } },
    },
    { run: 'delete pod slow --grace-period=5 --wait=false', stdout: /^pod "slow" deleted/ },
    { run: "get pod slow -o jsonpath='{.metadata.deletionGracePeriodSeconds}'", stdout: '5' },
    { run: 'delete pod slower --now --wait=false', stdout: /^pod "slower" deleted/ },
    { run: "get pod slower -o jsonpath='{.metadata.deletionGracePeriodSeconds}'", stdout: '1' },
    {
      run: 'delete pod slow slower --grace-period=0 --force',
      stdout: [/^pod "slow" force deleted/m, /^pod "slower" force deleted/m],
      stderr: /^Warning: Immediate deletion does not wait for confirmation/,
    },
    { run: 'get pods -o name', stdout: '' },

    { run: 'create deployment web --image=nginx', stdout: 'deployment.apps/web created' },
    { run: 'delete deployment web --cascade=orphan --wait=false', stdout: /^deployment\.apps "web" deleted/ },
    { run: "get deployment web -o jsonpath='{.metadata.finalizers}'", stdout: '["orphan"]' },
    {
      run: `patch deployment web --type=merge -p '{"metadata":{"finalizers":null}}'`,
      stdout: 'deployment.apps/web patched',
    },
    {
      run: 'get deployment web',
      code: 1,
      stderr: 'Error from server (NotFound): deployments.apps "web" not found',
    },
    { run: 'create deployment web --image=nginx', stdout: 'deployment.apps/web created' },
    {
      run: 'delete deployment web --cascade=foreground --wait=false',
      stdout: /^deployment\.apps "web" deleted/,
    },
    {
      run: 'get deployment web -o json',
      json: {
        metadata: { finalizers: ['foregroundDeletion'], generation: 2, deletionGracePeriodSeconds: 0 },
      },
    },
    { run: 'delete deployment web --cascade=background', stdout: /^deployment\.apps "web" deleted/ },

    { run: 'create -f held.yaml', stdout: 'configmap/held created' },
    {
      run: 'delete cm held --timeout=2s',
      code: 1,
      stdout: /^configmap "held" deleted/,
      stderr: /timed out waiting for the condition/,
    },
    {
      run: 'wait --for=delete cm/held --timeout=2s',
      code: 1,
      stderr: 'error: timed out waiting for the condition on configmaps/held',
    },
    {
      run: `patch cm held --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'`,
      stdout: 'configmap/held patched',
    },
    { run: 'wait --for=delete cm/held --timeout=5s', stdout: '' },

    { run: 'run waiting --image=busybox', stdout: 'pod/waiting created' },
    {
      run: "wait --for=jsonpath='{.status.phase}'=Pending pod/waiting --timeout=5s",
      stdout: 'pod/waiting condition met',
    },
    {
      run: 'wait --for=condition=Ready pod/waiting --timeout=2s',
      code: 1,
      stderr: 'error: timed out waiting for the condition on pods/waiting',
    },
    {
      run: `patch pod waiting --subresource=status -p '{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}'`,
      stdout: 'pod/waiting patched',
    },
    { run: 'wait --for=condition=Ready pod/waiting --timeout=5s', stdout: 'pod/waiting condition met' },
    { run: 'wait --for=create pod/waiting --timeout=5s', stdout: 'pod/waiting condition met' },
    {
      run: 'wait --for=condition=Ready pod/none --timeout=1s',
      code: 1,
      stderr: 'Error from server (NotFound): pods "none" not found',
    },

    { run: 'create ns brief', stdout: 'namespace/brief created' },
    { run: 'create cm one -n brief', stdout: 'configmap/one created' },
    { run: 'delete ns brief', stdout: 'namespace "brief" deleted' },
    { run: 'get ns brief', code: 1, stderr: 'Error from server (NotFound): namespaces "brief" not found' },

    { run: 'create cm left -n bulk', stdout: 'configmap/left created' },
    {
      run: `patch cm left -n bulk --type=merge -p '{"metadata":{"finalizers":["example.com/held"]}}'`,
      stdout: 'configmap/left patched',
    },
    { run: 'delete ns bulk --wait=false', stdout: 'namespace "bulk" deleted' },
    {
      run: 'wait --for=condition=NamespaceFinalizersRemaining ns/bulk --timeout=10s',
      stdout: 'namespace/bulk condition met',
    },
    { run: 'get ns bulk', stdout: /^bulk +Terminating +\d+s$/m },
    {
      run: 'describe ns bulk',
      stdout: [
        /^ +NamespaceContentRemaining +True .* SomeResourcesRemain +Some resources are remaining: configmaps\. has 1 resource instances$/m,
        /^ +NamespaceFinalizersRemaining +True .* SomeFinalizersRemain +Some content in the namespace has finalizers remaining: example\.com\/held in 1 resource instances$/m,
      ],
    },
    {
      run: 'create cm late -n bulk',
      code: 1,
      stderr:
        /configmaps "late" is forbidden: unable to create new content in namespace bulk because it is being terminated$/m,
    },
    {
      run: `patch cm left -n bulk --type=merge -p '{"metadata":{"finalizers":null}}'`,
      stdout: 'configmap/left patched',
    },
    { run: 'wait --for=delete ns/bulk --timeout=10s' },
    { run: 'get ns bulk', code: 1, stderr: 'Error from server (NotFound): namespaces "bulk" not found' },
    {
      run: 'delete ns default',
      code: 1,
      stderr:
        'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted',
    },
    {
      run: 'delete pc system-node-critical',
      code: 1,
      stderr: /Forbidden/,
    },
    {
      run: 'delete --raw /api/v1/namespaces/default/pods/waiting',
      json: { kind: 'Pod', metadata: { name: 'waiting' } },
    },
  ],
};

kubectlScript('delete and wait', script);
