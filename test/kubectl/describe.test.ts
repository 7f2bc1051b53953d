import { kubectlScript, type Script } from './script.ts';

const event = `apiVersion: v1
kind: Event
metadata: {name: web.1, namespace: default}
involvedObject: {apiVersion: v1, kind: Pod, name: web, namespace: default, uid: "\${uid}"}
reason: Pulled
message: it was pulled
type: Normal
count: 2
firstTimestamp: "2026-01-01T00:00:00Z"
lastTimestamp: "2026-01-01T00:00:00Z"
source: {component: kubelet, host: node-1}
`;

/** describe, explain, events. */
const script: Script = {
  files: {
    'node.yaml':
      'apiVersion: v1\nkind: Node\nmetadata: {name: node-1}\nspec: {taints: [{key: dedicated, value: gpu, effect: NoSchedule}]}\n',
    'pvc.yaml':
      'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n',
  },
  // What controllers would do is not what this is about.
  controllers: [],
  steps: [
    { run: 'run web --image=nginx --labels=app=web --port=80', stdout: 'pod/web created' },
    { run: "get pod web -o jsonpath='{.metadata.uid}'", save: 'uid' },
    { run: 'create -f -', stdin: event, stdout: 'event/web.1 created' },
    {
      run: 'describe pod web',
      stdout: [
        /^Name: +web$/m,
        /^Node: +<none>$/m,
        /^Labels: +app=web$/m,
        /^Status: +Pending$/m,
        /^ {4}Image: +nginx$/m,
        /^QoS Class: +BestEffort$/m,
        /^Tolerations: +node\.kubernetes\.io\/not-ready:NoExecute op=Exists for 300s$/m,
        /^ +Normal +Pulled +.+ kubelet +it was pulled$/m,
      ],
    },
    {
      run: 'get events',
      stdout: /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n\w+ +Normal +Pulled +pod\/web +it was pulled$/m,
    },
    {
      run: 'get events -o wide',
      stdout: /^LAST SEEN +TYPE +REASON +OBJECT +SUBOBJECT +SOURCE +MESSAGE +FIRST SEEN +COUNT +NAME$/m,
    },
    { run: 'get events --field-selector=involvedObject.name=web -o name', stdout: 'event/web.1' },
    {
      run: 'get events.v1.events.k8s.io web.1 -o json',
      json: {
        apiVersion: 'events.k8s.io/v1',
        note: 'it was pulled',
        regarding: { name: 'web' },
        deprecatedCount: 2,
      },
    },
    { run: 'events --for=pod/web', stdout: /^.+ Normal +Pulled +Pod\/web +it was pulled$/m },

    { run: 'create deployment web --image=nginx --replicas=2', stdout: 'deployment.apps/web created' },
    {
      run: 'describe deployment web',
      stdout: [
        /^Replicas: +2 desired \| 0 updated \| 0 total \| 0 available \| 0 unavailable$/m,
        /^StrategyType: +RollingUpdate$/m,
        /^RollingUpdateStrategy: +25% max unavailable, 25% max surge$/m,
      ],
    },
    { run: 'expose deployment web --port=80', stdout: 'service/web exposed' },
    {
      run: 'describe service web',
      stdout: [
        /^Selector: +app=web$/m,
        /^IP Families: +IPv4$/m,
        /^TargetPort: +80\/TCP$/m,
        /^Session Affinity: +None$/m,
      ],
    },
    { run: 'create configmap conf --from-literal=a=b', stdout: 'configmap/conf created' },
    { run: 'describe cm conf', stdout: /^Data\n====\na:\n----\nb\n/m },
    { run: 'create secret generic s --from-literal=k=12345', stdout: 'secret/s created' },
    { run: 'describe secret s', stdout: /^k: +5 bytes$/m },
    { run: 'create -f node.yaml', stdout: 'node/node-1 created' },
    {
      run: 'describe node node-1',
      stdout: [
        /^Taints: +dedicated=gpu:NoSchedule$/m,
        /^Unschedulable: +false$/m,
        /^Non-terminated Pods: +\(0 in total\)$/m,
      ],
    },
    { run: 'describe ns default', stdout: [/^Status: +Active$/m, /^No resource quota\.$/m] },
    { run: 'create -f pvc.yaml', stdout: 'persistentvolumeclaim/data created' },
    { run: 'describe pvc data', stdout: [/^Status: +Pending$/m, /^VolumeMode: +Filesystem$/m] },
    {
      run: 'get pvc data',
      stdout:
        /^NAME +STATUS +VOLUME +CAPACITY +ACCESS MODES +STORAGECLASS +VOLUMEATTRIBUTESCLASS +AGE\ndata +Pending +<unset> +\d+s$/m,
    },
    { run: 'create cronjob c --image=busybox --schedule=@hourly', stdout: 'cronjob.batch/c created' },
    { run: 'describe cronjob c', stdout: [/^Schedule: +@hourly$/m, /^Concurrency Policy: +Allow$/m] },
    { run: 'create job j --image=busybox', stdout: 'job.batch/j created' },
    {
      run: 'describe job j',
      stdout: [/^Completions: +1$/m, /^Pods Statuses: +0 Active \/ 0 Succeeded \/ 0 Failed$/m],
    },
    { run: 'create ingress i --rule=a.example.com/=web:80', stdout: 'ingress.networking.k8s.io/i created' },
    { run: 'describe ingress i', stdout: [/^ +a\.example\.com *$/m, /^ +\/ +web:80 \(/m] },
    { run: 'autoscale deployment web --max=3', stdout: 'horizontalpodautoscaler.autoscaling/web autoscaled' },
    { run: 'describe hpa web', stdout: [/^Reference: +Deployment\/web$/m, /^Max replicas: +3$/m] },
    {
      run: 'describe clusterrole system:node-proxier',
      stdout: [/^PolicyRule:$/m, /^ +nodes +\[\] +\[\] +\[get list watch\]$/m],
    },
    { run: 'create quota q --hard=pods=3', stdout: 'resourcequota/q created' },
    { run: 'describe quota q', stdout: /^Name: +q$/m },
    {
      run: 'describe sa default',
      code: 1,
      stderr: 'Error from server (NotFound): serviceaccounts "default" not found',
    },
    { run: 'describe pods -l app=web', stdout: /^Name: +web$/m },
    {
      run: 'describe pod nothing',
      code: 1,
      stderr: 'Error from server (NotFound): pods "nothing" not found',
    },
    {
      run: 'describe pc high',
      code: 1,
      stderr: 'Error from server (NotFound): priorityclasses.scheduling.k8s.io "high" not found',
    },

    { run: 'explain pods', stdout: [/^KIND: +Pod$/m, /^VERSION: +v1$/m, /^ {2}spec\t<PodSpec>$/m] },
    { run: 'explain deployment.spec.replicas', stdout: [/^GROUP: +apps$/m, /^FIELD: replicas <integer>$/m] },
    {
      run: 'explain pod.spec.containers.imagePullPolicy',
      stdout: [/^ENUM:$/m, /^ {4}IfNotPresent$/m, /^FIELD: imagePullPolicy <string>$/m],
    },
    {
      run: 'explain svc.spec.ports --recursive',
      stdout: [
        /^FIELD: ports <\[\]ServicePort>$/m,
        /^ {2}targetPort\t<IntOrString>$/m,
        /^ {2}port\t<integer> -required-$/m,
      ],
    },
    { run: 'explain cronjob --api-version=batch/v1', stdout: /^KIND: +CronJob$/m },
    { run: 'explain hpa --api-version=autoscaling/v1', stdout: /^VERSION: +v1$/m },
    { run: 'explain pods.spec.nope', code: 1, stderr: 'error: field "nope" does not exist' },
    { run: 'explain widgets', code: 1, stderr: /the server doesn't have a resource type "widgets"/ },
    {
      run: 'explain deployments --output=plaintext-openapiv2',
      stdout: [/^KIND: +Deployment$/m, /^ +spec\t<Object>$/m],
    },
  ],
};

kubectlScript('describe and explain', script);
