import { kubectlScript, type Script } from './script.ts';

/** One node at a time: asked for two that are both not there yet, kubectl gives up at once. */
const nodesReady = [
  { run: 'wait --for=create node/node-1 --timeout=20s', stdout: 'node/node-1 condition met' },
  { run: 'wait --for=create node/node-2 --timeout=20s', stdout: 'node/node-2 condition met' },
  { run: 'wait --for=condition=Ready node --all --timeout=20s', stdout: /node-1.*\n.*node-2/ },
];

/** Services: pods behind them come and go. */
const services: Script = {
  nodes: 2,
  steps: [
    ...nodesReady,
    {
      run: 'create deployment web --image=web:1 --replicas=2 --port=8080',
      stdout: 'deployment.apps/web created',
    },
    { run: 'expose deployment web --port=80 --target-port=8080', stdout: 'service/web exposed' },
    { run: 'rollout status deployment/web --timeout=20s', stdout: /successfully rolled out/ },
    {
      run: "wait --for=jsonpath='{.subsets[0].addresses[1].ip}' endpoints/web --timeout=20s",
      stdout: 'endpoints/web condition met',
      stderr: /./,
    },
    {
      run: 'get endpointslices -l kubernetes.io/service-name=web',
      stdout: /^web-\w{5} +IPv4 +8080 +10\.\d+\.\d+\.\d+,10\.\d+\.\d+\.\d+ +\d+s$/m,
    },
    {
      run: 'describe service web',
      stdout: [/^Endpoints: +10\.[\d.]+:8080,10\.[\d.]+:8080$/m, /^TargetPort: +8080\/TCP$/m],
    },
    { run: 'scale deployment web --replicas=0', stdout: 'deployment.apps/web scaled' },
    { run: 'wait --for=delete pod -l app=web --timeout=30s', stdout: /.?/ },
    {
      run: 'describe service web',
      stdout: /^Endpoints: *$/m,
    },
    { run: 'delete service web', stdout: /^service "web" deleted/ },
    { run: 'wait --for=delete endpointslice -l kubernetes.io/service-name=web --timeout=20s', stdout: /.?/ },
  ],
};

/** Nodes are emptied, as far as a budget allows, and filled again. */
const drain: Script = {
  nodes: 2,
  files: {
    'budget.yaml': `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec:
  maxUnavailable: 1
  selector: { matchLabels: { app: web } }
`,
  },
  steps: [
    ...nodesReady,
    { run: 'create deployment web --image=web:1 --replicas=4', stdout: 'deployment.apps/web created' },
    { run: 'rollout status deployment/web --timeout=20s', stdout: /successfully rolled out/ },
    { run: 'apply -f budget.yaml', stdout: 'poddisruptionbudget.policy/web created' },
    {
      run: "wait --for=jsonpath='{.status.disruptionsAllowed}'=1 pdb/web --timeout=20s",
      stdout: 'poddisruptionbudget.policy/web condition met',
    },
    { run: 'get pdb web', stdout: /^web +N\/A +1 +1 +\d+s$/m },
    { run: 'cordon node-1', stdout: 'node/node-1 cordoned' },
    { run: 'get node node-1', stdout: /^node-1 +Ready,SchedulingDisabled /m },
    {
      run: 'drain node-1 --timeout=25s',
      stdout: [/^evicting pod default\/web-/m, /^node\/node-1 drained$/m],
      stderr: /.?/,
    },
    {
      run: 'get pods --field-selector=spec.nodeName=node-1 -o name',
      stdout: '',
    },
    { run: 'rollout status deployment/web --timeout=20s', stdout: /successfully rolled out/ },
    { run: 'uncordon node-1', stdout: 'node/node-1 uncordoned' },
    {
      run: 'taint node node-2 gone=yes:NoExecute',
      stdout: 'node/node-2 tainted',
    },
    {
      run: 'wait --for=delete pod --field-selector=spec.nodeName=node-2 --timeout=30s',
      stdout: /.?/,
    },
    { run: 'rollout status deployment/web --timeout=20s', stdout: /successfully rolled out/ },
    {
      run: 'get pods --field-selector=spec.nodeName=node-1 -l app=web',
      stdout: /^(NAME.*\n)?(web-.* 1\/1 +Running.*\n){4}$/,
    },
    { run: 'taint node node-2 gone-', stdout: 'node/node-2 untainted' },
  ],
};

/** What cannot be placed says why. */
const pending: Script = {
  nodes: 2,
  steps: [
    ...nodesReady,
    {
      run: `run big --image=i --overrides='{"spec":{"containers":[{"name":"big","image":"i","resources":{"requests":{"cpu":"1000"}}}]}}'`,
      stdout: 'pod/big created',
    },
    {
      run: 'wait --for=condition=PodScheduled=False pod/big --timeout=20s',
      stdout: 'pod/big condition met',
    },
    { run: 'get pod big', stdout: /^big +0\/1 +Pending +0 +\d+s$/m },
    {
      run: 'describe pod big',
      stdout:
        /Warning +FailedScheduling .*default-scheduler +0\/2 nodes are available: 2 Insufficient cpu\. preemption: 0\/2 nodes are available: 2 Preemption is not helpful for scheduling\./,
    },
  ],
};

/** Jobs end, and a schedule makes them. */
const jobs: Script = {
  nodes: 1,
  steps: [
    { run: 'create job one --image=busybox -- sh -c "exit 0"', stdout: 'job.batch/one created' },
    { run: 'wait --for=condition=Complete job/one --timeout=25s', stdout: 'job.batch/one condition met' },
    { run: 'get job one', stdout: /^one +Complete +1\/1 +\d+s +\d+s$/m },
    {
      run: 'describe job one',
      stdout: [/^Pods Statuses: +0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed$/m, /Completed/],
    },
    {
      run: `create cronjob nightly --image=busybox --schedule='0 3 * * *' -- true`,
      stdout: 'cronjob.batch/nightly created',
    },
    { run: 'get cronjob nightly', stdout: /^nightly +0 3 \* \* \* +<none> +False +0 +<none> +\d+s$/m },
    { run: 'create job now --from=cronjob/nightly', stdout: 'job.batch/now created' },
    { run: 'wait --for=condition=Complete job/now --timeout=25s', stdout: 'job.batch/now condition met' },
    { run: 'delete cronjob nightly', stdout: /^cronjob.batch "nightly" deleted/ },
    { run: 'wait --for=delete job/now --timeout=20s', stdout: /.?/ },
  ],
};

/** A claim of a simulated class is bound, and stays as long as it is used. */
const claims: Script = {
  nodes: 1,
  files: {
    'claim.yaml': `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast }
provisioner: binnacle.dev/simulated
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: fast
  resources: { requests: { storage: 1Gi } }
`,
    'pod.yaml': `
apiVersion: v1
kind: Pod
metadata: { name: db }
spec:
  containers: [{ name: db, image: db:1 }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`,
  },
  steps: [
    { run: 'apply -f claim.yaml', stdout: /persistentvolumeclaim\/data created/ },
    { run: 'get pvc data', stdout: /^data +Pending +fast +(<unset> +)?\d+s$/m },
    { run: 'apply -f pod.yaml', stdout: 'pod/db created' },
    { run: 'wait --for=condition=Ready pod/db --timeout=25s', stdout: 'pod/db condition met' },
    { run: 'get pvc data', stdout: /^data +Bound +pvc-[-\w]+ +1Gi +RWO +fast /m },
    { run: 'delete pvc data --wait=false', stdout: /^persistentvolumeclaim "data" deleted/ },
    { run: 'get pvc data', stdout: /^data +Terminating /m },
    { run: 'delete pod db --grace-period=1', stdout: /^pod "db" deleted/ },
    { run: 'wait --for=delete pvc/data --timeout=20s', stdout: /.?/ },
    { run: 'get pv', stderr: 'No resources found' },
  ],
};

kubectlScript('services on simulated nodes', services);
kubectlScript('drain, cordon and taints', drain);
kubectlScript('pods that find no place', pending);
kubectlScript('jobs', jobs);
kubectlScript('claims', claims);
