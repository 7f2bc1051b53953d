import { kubectlScript, type Script } from './script.ts';

const sed = (expression: string) => `#!/bin/sh\nexec sed -i -e '${expression}' "$1"\n`;

/** What the deployment controller would have left behind. */
function replicaSet(name: string, revision: number, image: string): string {
  return `---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: ${name}
  labels: {app: web, pod-template-hash: "${revision}"}
  annotations: {deployment.kubernetes.io/revision: "${revision}"}
  ownerReferences:
  - {apiVersion: apps/v1, kind: Deployment, name: web, uid: "\${uid}", controller: true}
spec:
  selector: {matchLabels: {app: web, pod-template-hash: "${revision}"}}
  template:
    metadata: {labels: {app: web, pod-template-hash: "${revision}"}}
    spec: {containers: [{name: nginx, image: "${image}"}]}
`;
}

const daemonSet = () =>
  'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:\n  selector: {matchLabels: {app: agent}}\n  template:\n    metadata: {labels: {app: agent}}\n    spec: {containers: [{name: main, image: "agent:2"}]}\n';

/** What the daemon set controller would have left behind. */
const controllerRevision = (revision: number, image: string) => `---
apiVersion: apps/v1
kind: ControllerRevision
metadata:
  name: agent-${revision}
  labels: {app: agent}
  ownerReferences:
  - {apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: "\${agent}", controller: true}
revision: ${revision}
data:
  spec:
    template:
      $patch: replace
      metadata: {labels: {app: agent}}
      spec: {containers: [{name: main, image: "${image}"}]}
`;

/** patch, label, annotate, scale, set, edit, rollout. */
const script: Script = {
  // What controllers would do is not what this is about.
  controllers: [],
  files: {
    'change-image.sh': sed('s/nginx:1.27/nginx:1.28/'),
    'change-nothing.sh': '#!/bin/sh\nexit 0\n',
    'change-name.sh': sed('s/  name: conf/  name: other/'),
    'break-replicas.sh': sed('s/replicas: 5/replicas: -5/'),
    'patch.yaml':
      'spec:\n  template:\n    spec:\n      containers:\n      - name: sidecar\n        image: busybox:1\n',
  },
  steps: [
    { run: 'create deployment web --image=nginx:1.27', stdout: 'deployment.apps/web created' },
    { run: 'create configmap conf --from-literal=a=1', stdout: 'configmap/conf created' },

    { run: `patch deployment web -p '{"spec":{"replicas":2}}'`, stdout: 'deployment.apps/web patched' },
    {
      run: `patch deployment web -p '{"spec":{"replicas":2}}'`,
      stdout: 'deployment.apps/web patched (no change)',
    },
    { run: 'patch deployment web --patch-file=patch.yaml', stdout: 'deployment.apps/web patched' },
    {
      run: "get deployment web -o jsonpath='{.spec.template.spec.containers[*].name}'",
      stdout: 'sidecar nginx',
    },
    {
      run: `patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"sidecar","$patch":"delete"}]}}}}'`,
      stdout: 'deployment.apps/web patched',
    },
    { run: "get deployment web -o jsonpath='{.spec.template.spec.containers[*].name}'", stdout: 'nginx' },
    {
      run: `patch cm conf --type=merge -p '{"data":{"a":null,"b":"2"}}' -o json`,
      json: { data: { a: undefined, b: '2' } },
    },
    {
      run: `patch cm conf --type=json -p '[{"op":"test","path":"/data/b","value":"2"},{"op":"add","path":"/data/c","value":"3"}]'`,
      stdout: 'configmap/conf patched',
    },
    {
      run: `patch cm conf --type=json -p '[{"op":"test","path":"/data/b","value":"9"}]'`,
      code: 1,
      stderr: 'The request is invalid: patch: testing value /data/b failed: test failed',
    },
    {
      run: `patch deployment web -p '{"spec":{"replicas":-1}}'`,
      code: 1,
      stderr:
        'The Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    },
    {
      run: `patch deployment missing -p '{"spec":{"replicas":1}}'`,
      code: 1,
      stderr: 'Error from server (NotFound): deployments.apps "missing" not found',
    },
    {
      run: `patch deployment web --subresource=status --type=merge -p '{"status":{"observedGeneration":1,"replicas":2},"spec":{"replicas":9}}' -o json`,
      json: { spec: { replicas: 2 }, status: { observedGeneration: 1, replicas: 2 } },
    },
    {
      run: `patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":4}}' -o json`,
      json: {
        apiVersion: 'autoscaling/v1',
        kind: 'Scale',
        spec: { replicas: 4 },
        status: { selector: 'app=web' },
      },
    },
    {
      run: `patch deployment web -p '{"spec":{"replicas":7}}' --dry-run=server`,
      stdout: 'deployment.apps/web patched',
    },
    { run: "get deployment web -o jsonpath='{.spec.replicas}'", stdout: '4' },

    { run: 'label cm conf tier=backend', stdout: 'configmap/conf labeled' },
    {
      run: 'label cm conf tier=frontend',
      code: 1,
      stderr: "error: 'tier' already has a value (backend), and --overwrite is false",
    },
    { run: 'label cm conf tier=frontend --overwrite', stdout: 'configmap/conf labeled' },
    { run: 'label cm conf --list', stdout: 'tier=frontend' },
    { run: 'label cm conf tier-', stdout: 'configmap/conf unlabeled' },
    { run: 'label cm conf tier-', stdout: /^label "tier" not found\.$/m },
    { run: 'label cm --all team=blue', stdout: /^configmap\/conf labeled$/m },
    { run: 'annotate cm conf note=hello', stdout: 'configmap/conf annotated' },
    { run: 'annotate cm conf --list', stdout: 'note=hello' },
    { run: 'annotate cm conf note-', stdout: 'configmap/conf annotated' },
    {
      run: "label cm conf 'bad key=1'",
      code: 1,
      stderr: /invalid label key "bad key"|Invalid value: "bad key"/,
    },

    { run: 'scale deployment web --replicas=5', stdout: 'deployment.apps/web scaled' },
    {
      run: 'scale deployment web --current-replicas=2 --replicas=6',
      code: 1,
      stderr: 'error: Expected replicas to be 2, was 5',
    },
    { run: 'scale cm conf --replicas=1', code: 1, stderr: /could not find the requested resource|NotFound/ },

    { run: 'set image deployment/web nginx=nginx:1.26', stdout: 'deployment.apps/web image updated' },
    { run: 'set image deployment/web *=nginx:1.27', stdout: 'deployment.apps/web image updated' },
    { run: 'set env deployment/web LEVEL=debug', stdout: 'deployment.apps/web env updated' },
    { run: 'set env deployment/web --list', stdout: '# Deployment web, container nginx\nLEVEL=debug' },
    {
      run: 'set env deployment/web --from=configmap/conf --prefix=C_',
      stdout: 'deployment.apps/web env updated',
      stderr: /^Warning: key b transferred to B$/m,
    },
    { run: 'set env deployment/web LEVEL-', stdout: 'deployment.apps/web env updated' },
    {
      run: 'set resources deployment web --limits=cpu=200m,memory=512Mi --requests=cpu=0.1',
      stdout: 'deployment.apps/web resource requirements updated',
    },
    {
      run: "get deployment web -o jsonpath='{.spec.template.spec.containers[0].resources}'",
      stdout: '{"limits":{"cpu":"200m","memory":"512Mi"},"requests":{"cpu":"100m"}}',
    },
    {
      run: 'set serviceaccount deployment web builder',
      stdout: 'deployment.apps/web serviceaccount updated',
    },
    {
      run: "get deployment web -o jsonpath='{.spec.template.spec.serviceAccountName} {.spec.template.spec.serviceAccount}'",
      stdout: 'builder builder',
    },
    { run: 'create service clusterip web --tcp=80', stdout: 'service/web created' },
    { run: 'set selector service web app=new', stdout: 'service/web selector updated' },
    { run: "get svc web -o jsonpath='{.spec.selector}'", stdout: '{"app":"new"}' },
    {
      run: 'create rolebinding rb --clusterrole=view --user=a',
      stdout: 'rolebinding.rbac.authorization.k8s.io/rb created',
    },
    {
      run: 'set subject rolebinding rb --user=b',
      stdout: 'rolebinding.rbac.authorization.k8s.io/rb subjects updated',
    },

    { run: 'edit deployment web', editor: 'change-image.sh', stdout: 'deployment.apps/web edited' },
    {
      run: "get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}'",
      stdout: 'nginx:1.28',
    },
    { run: 'edit deployment web', editor: 'change-nothing.sh', stderr: 'Edit cancelled, no changes made.' },
    {
      run: 'edit deployment web',
      editor: 'break-replicas.sh',
      code: 1,
      stderr: [
        /^error: deployments\.apps "web" is invalid$/m,
        /Edit cancelled, no valid changes were saved\.$/m,
      ],
    },

    { run: 'rollout pause deployment/web', stdout: 'deployment.apps/web paused' },
    {
      run: 'rollout pause deployment/web',
      code: 1,
      stderr: 'error: deployments.apps "web" is already paused',
    },
    { run: 'rollout resume deployment/web', stdout: 'deployment.apps/web resumed' },
    { run: 'rollout restart deployment/web', stdout: 'deployment.apps/web restarted' },
    {
      run: "get deployment web -o jsonpath='{.spec.template.metadata.annotations}'",
      stdout: /"kubectl\.kubernetes\.io\/restartedAt":"\d{4}-/,
    },
    {
      run: 'rollout status deployment/web --watch=false',
      stdout: 'Waiting for deployment spec update to be observed...',
    },
    { run: "get deployment web -o jsonpath='{.metadata.generation}'", save: 'generation' },
    {
      run: `patch deployment web --subresource=status --type=merge -p '{"status":{"observedGeneration":\${generation},"replicas":5,"updatedReplicas":5,"readyReplicas":5,"availableReplicas":5}}'`,
      stdout: 'deployment.apps/web patched',
    },
    { run: 'rollout status deployment/web', stdout: 'deployment "web" successfully rolled out' },
    {
      run: 'get deployment web',
      stdout: /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +5\/5 +5 +5 +\d+s$/m,
    },

    { run: "get deployment web -o jsonpath='{.metadata.uid}'", save: 'uid' },
    {
      run: 'create -f -',
      stdin: replicaSet('web-1', 1, 'nginx:1.20') + replicaSet('web-2', 2, 'nginx:1.28'),
      stdout: 'replicaset.apps/web-1 created\nreplicaset.apps/web-2 created',
    },
    {
      run: 'rollout history deployment/web',
      stdout: /^deployment\.apps\/web \nREVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>$/m,
    },
    {
      run: 'rollout history deployment/web --revision=1',
      stdout: [/with revision #1/, /Image:\s+nginx:1\.20/],
    },
    { run: 'rollout undo deployment/web --to-revision=1', stdout: 'deployment.apps/web rolled back' },
    {
      run: "get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}'",
      stdout: 'nginx:1.20',
    },
    {
      run: 'get rs',
      stdout: /^NAME +DESIRED +CURRENT +READY +AGE\nweb-1 +1 +0 +0 +\d+s\nweb-2 +1 +0 +0 +\d+s$/m,
    },
    { run: 'create -f -', stdin: daemonSet(), stdout: 'daemonset.apps/agent created' },
    { run: "get ds agent -o jsonpath='{.metadata.uid}'", save: 'agent' },
    {
      run: 'create -f -',
      stdin: controllerRevision(1, 'agent:1') + controllerRevision(2, 'agent:2'),
      stdout: 'controllerrevision.apps/agent-1 created\ncontrollerrevision.apps/agent-2 created',
    },
    { run: 'rollout history ds/agent', stdout: /^REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>$/m },
    { run: 'rollout undo ds/agent --to-revision=1', stdout: 'daemonset.apps/agent rolled back' },
    { run: "get ds agent -o jsonpath='{.spec.template.spec.containers[0].image}'", stdout: 'agent:1' },
  ],
};

kubectlScript('change', script);
