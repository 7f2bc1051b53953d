import { kubectlScript, type Script } from './script.ts';

const replicaSet = (name: string) => `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: ${name}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: main, image: busybox}]}
`;

const made = (name: string) => [
  { run: 'create -f -', stdin: replicaSet(name), stdout: `replicaset.apps/${name} created` },
  {
    run: `wait --for=jsonpath={.status.replicas}=2 rs/${name} --timeout=10s`,
    stdout: `replicaset.apps/${name} condition met`,
  },
];

/** What becomes of the pods of a ReplicaSet that is deleted. */
const script: Script = {
  steps: [
    ...made('orphaning'),
    {
      run: 'delete rs orphaning --cascade=orphan',
      stdout: /^replicaset\.apps "orphaning" deleted/,
    },
    { run: 'get rs', stderr: 'No resources found in default namespace.' },
    { run: 'get pods -l app=orphaning -o name', stdout: /^(pod\/orphaning-\w{5}\n){2}$/ },
    { run: "get pods -l app=orphaning -o jsonpath='{.items[*].metadata.ownerReferences}'", stdout: '' },
    { run: 'delete pods -l app=orphaning', stdout: /^(pod "orphaning-\w{5}" deleted.*\n){2}$/ },

    ...made('foreground'),
    { run: "get pods -l app=foreground -o jsonpath='{.items[0].metadata.name}'", save: 'pod' },
    {
      run: `patch pod \${pod} --type=merge -p '{"metadata":{"finalizers":["example.com/held"]}}'`,
      stdout: /patched$/m,
    },
    {
      run: 'delete rs foreground --cascade=foreground --wait=false',
      stdout: /^replicaset\.apps "foreground" deleted/,
    },
    {
      run: "get rs foreground -o jsonpath='{.metadata.finalizers}'",
      stdout: '["foregroundDeletion"]',
    },
    {
      run: `patch pod \${pod} --type=merge -p '{"metadata":{"finalizers":null}}'`,
      stdout: /patched$/m,
    },
    { run: 'wait --for=delete rs/foreground --timeout=10s' },
    { run: 'get pods -l app=foreground', stderr: 'No resources found in default namespace.' },

    ...made('background'),
    { run: 'delete rs background', stdout: /^replicaset\.apps "background" deleted/ },
    { run: 'wait --for=delete pods -l app=background --timeout=10s' },
    { run: 'get pods', stderr: 'No resources found in default namespace.' },
  ],
};

/** A quota that is filled, refuses, and has room again. */
const quota: Script = {
  steps: [
    { run: 'create cm before', stdout: 'configmap/before created' },
    {
      run: 'create quota few --hard=count/configmaps=3,pods=1,requests.cpu=1',
      stdout: 'resourcequota/few created',
    },
    {
      run: "wait --for=jsonpath='{.status.used.count/configmaps}'=2 quota/few --timeout=10s",
      stdout: 'resourcequota/few condition met',
    },
    {
      run: 'describe quota few',
      stdout: [
        /^Resource +Used +Hard$/m,
        /^count\/configmaps +2 +3$/m,
        /^pods +0 +1$/m,
        /^requests\.cpu +0 +1$/m,
      ],
    },
    { run: 'create cm another', stdout: 'configmap/another created' },
    {
      run: 'create cm last',
      code: 1,
      stderr:
        /configmaps "last" is forbidden: exceeded quota: few, requested: count\/configmaps=1, used: count\/configmaps=3, limited: count\/configmaps=3$/m,
    },
    { run: 'get quota few', stdout: /^few .*count\/configmaps: 3\/3, pods: 0\/1, requests\.cpu: 0\/1/m },
    { run: 'delete cm before', stdout: /^configmap "before" deleted/ },
    {
      run: "wait --for=jsonpath='{.status.used.count/configmaps}'=2 quota/few --timeout=10s",
      stdout: 'resourcequota/few condition met',
    },
    { run: 'create cm last', stdout: 'configmap/last created' },
  ],
};

kubectlScript('cascading deletion', script);
kubectlScript('quota', quota);
