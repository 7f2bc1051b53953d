import { kubectlScript, type Script } from './script.ts';

/** Nodes that take pods. */
const nodesReady = ['node-1', 'node-2'].flatMap((name) => [
  { run: `wait --for=create node/${name} --timeout=20s`, stdout: `node/${name} condition met` },
  {
    run: `patch node ${name} --type=merge -p '{"spec":{"taints":null}}'`,
    stdout: /^node\/node-\d patched/,
  },
]);

/** Deployments on simulated nodes. */
const deployments: Script = {
  nodes: 2,
  steps: [
    ...nodesReady,
    { run: 'create deployment web --image=web:1 --replicas=3', stdout: 'deployment.apps/web created' },
    {
      run: 'rollout status deployment/web --timeout=20s',
      stdout: /^deployment "web" successfully rolled out$/m,
    },
    {
      run: 'get deployment web',
      stdout: /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +3\/3 +3 +3 +\d+s$/m,
    },
    {
      run: 'get rs',
      stdout: /^NAME +DESIRED +CURRENT +READY +AGE\nweb-[bcdf-hj-np-tv-xz2456789]+ +3 +3 +3 +\d+s$/m,
    },
    {
      run: 'get pods',
      stdout: /^NAME +READY +STATUS +RESTARTS +AGE\n(web-\w+-\w{5} +1\/1 +Running +0 +\d+s\n){3}$/,
    },
    {
      run: 'annotate deployment web kubernetes.io/change-cause=first',
      stdout: 'deployment.apps/web annotated',
    },

    { run: 'set image deployment/web web=web:2', stdout: 'deployment.apps/web image updated' },
    {
      run: 'annotate deployment web kubernetes.io/change-cause=second --overwrite',
      stdout: 'deployment.apps/web annotated',
    },
    {
      run: 'rollout status deployment/web --timeout=20s',
      stdout: /deployment "web" successfully rolled out\n$/,
    },
    {
      run: 'rollout history deployment/web',
      stdout: /^deployment\.apps\/web \nREVISION +CHANGE-CAUSE\n1 +first\n2 +second$/m,
    },
    {
      run: 'rollout history deployment/web --revision=1',
      stdout: [/with revision #1/, /Image:\s+web:1/, /change-cause: first/],
    },
    {
      run: 'describe deployment web',
      stdout: [
        /^Annotations: +deployment\.kubernetes\.io\/revision: 2$/m,
        /^Replicas: +3 desired \| 3 updated \| 3 total \| 3 available \| 0 unavailable$/m,
        /^ {2}Available +True +MinimumReplicasAvailable$/m,
        /^ {2}Progressing +True +NewReplicaSetAvailable$/m,
        /^OldReplicaSets: +web-\w+ \(0\/0 replicas created\)$/m,
        /^NewReplicaSet: +web-\w+ \(3\/3 replicas created\)$/m,
        /^ {2}Normal +ScalingReplicaSet +\d+s +deployment-controller +Scaled up replica set web-\w+ from 0 to 3$/m,
        /^ {2}Normal +ScalingReplicaSet +\d+s +deployment-controller +Scaled down replica set web-\w+ from 1 to 0$/m,
      ],
    },

    { run: 'rollout undo deployment/web', stdout: 'deployment.apps/web rolled back' },
    {
      run: 'rollout status deployment/web --timeout=20s',
      stdout: /deployment "web" successfully rolled out\n$/,
    },
    {
      run: "get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}'",
      stdout: 'web:1',
    },
    {
      run: 'rollout history deployment/web',
      stdout: /^REVISION +CHANGE-CAUSE\n2 +second\n3 +first$/m,
    },
    {
      run: 'rollout undo deployment/web --to-revision=7',
      code: 1,
      stderr: 'error: unable to find specified revision 7 in history',
    },
    {
      run: 'rollout undo deployment/web --to-revision=3',
      stdout: 'deployment.apps/web skipped rollback (current template already matches revision 3)',
    },

    { run: 'rollout pause deployment/web', stdout: 'deployment.apps/web paused' },
    { run: 'set image deployment/web web=web:3', stdout: 'deployment.apps/web image updated' },
    {
      run: `wait deployment/web --for=condition=Progressing=Unknown --timeout=10s`,
      stdout: 'deployment.apps/web condition met',
    },
    {
      run: "get pods -o jsonpath='{.items[*].spec.containers[0].image}'",
      stdout: 'web:1 web:1 web:1',
    },
    {
      run: 'rollout undo deployment/web',
      code: 1,
      stderr:
        "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    },
    { run: 'rollout resume deployment/web', stdout: 'deployment.apps/web resumed' },
    {
      run: 'rollout status deployment/web --timeout=20s',
      stdout: /deployment "web" successfully rolled out\n$/,
    },
    { run: "get pods -l app=web -o jsonpath='{.items[0].metadata.name}'", save: 'pod' },
    { run: 'rollout restart deployment/web', stdout: 'deployment.apps/web restarted' },
    {
      run: 'rollout status deployment/web --timeout=20s',
      stdout: /deployment "web" successfully rolled out\n$/,
    },
    { run: 'wait --for=delete pod/${pod} --timeout=20s', stdout: /.?/ },

    { run: 'scale deployment web --replicas=5', stdout: 'deployment.apps/web scaled' },
    {
      run: 'rollout status deployment/web --timeout=20s',
      stdout: /deployment "web" successfully rolled out\n$/,
    },
    { run: 'get deployment web', stdout: /^web +5\/5 +5 +5 +\d+s$/m },
    {
      run: 'scale deployment web --replicas=1 --current-replicas=3',
      code: 1,
      stderr: 'error: Expected replicas to be 3, was 5',
    },
    { run: 'scale deployment web --replicas=0 --current-replicas=5', stdout: 'deployment.apps/web scaled' },
    {
      run: `wait deployment/web --for=jsonpath='{.status.terminatingReplicas}'=0 --timeout=20s`,
      stdout: 'deployment.apps/web condition met',
    },
    { run: 'get deployment web', stdout: /^web +0\/0 +0 +0 +\d+s$/m },
    { run: 'delete deployment web', stdout: /^deployment\.apps "web" deleted/ },
    { run: 'wait --for=delete rs -l app=web --timeout=20s', stdout: /.?/, stderr: /.?/ },
    { run: 'get rs', stderr: 'No resources found in default namespace.' },
  ],
};

kubectlScript('rollout of deployments', deployments);

const statefulSet = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: dbs
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: db, image: "db:1"}]
`;

/** StatefulSets on simulated nodes. */
const statefulSets: Script = {
  nodes: 2,
  steps: [
    ...nodesReady,
    { run: 'create -f -', stdin: statefulSet, stdout: 'statefulset.apps/db created' },
    {
      run: 'rollout status statefulset/db --timeout=20s',
      stdout: /(2 pods at revision db-\w+\.\.\.|partitioned roll out complete: 2 new pods.*)\n$/,
    },
    { run: 'get statefulset db', stdout: /^NAME +READY +AGE\ndb +2\/2 +\d+s$/m },
    { run: 'get pods', stdout: /^(db-\d +1\/1 +Running +0 +\d+s\n){2}$/m },
    { run: 'set image statefulset/db db=db:2', stdout: 'statefulset.apps/db image updated' },
    {
      run: 'rollout status statefulset/db --timeout=25s',
      stdout: /(2 pods at revision db-\w+\.\.\.|partitioned roll out complete: 2 new pods.*)\n$/,
    },
    {
      run: "get pods -o jsonpath='{.items[*].spec.containers[0].image}'",
      stdout: 'db:2 db:2',
    },
    {
      run: 'rollout history statefulset/db',
      stdout: /^statefulset\.apps\/db \nREVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>$/m,
    },
    { run: 'rollout history statefulset/db --revision=1', stdout: /Image:\s+db:1/ },
    { run: 'rollout undo statefulset/db', stdout: 'statefulset.apps/db rolled back' },
    {
      run: 'rollout status statefulset/db --timeout=25s',
      stdout: /(2 pods at revision db-\w+\.\.\.|partitioned roll out complete: 2 new pods.*)\n$/,
    },
    {
      run: "get pods -o jsonpath='{.items[*].spec.containers[0].image}'",
      stdout: 'db:1 db:1',
    },
    { run: 'rollout restart statefulset/db', stdout: 'statefulset.apps/db restarted' },
    {
      run: 'rollout status statefulset/db --timeout=25s',
      stdout: /(2 pods at revision db-\w+\.\.\.|partitioned roll out complete: 2 new pods.*)\n$/,
    },
    { run: 'scale statefulset db --replicas=1', stdout: 'statefulset.apps/db scaled' },
    { run: 'wait --for=delete pod/db-1 --timeout=20s', stdout: /.?/ },
    {
      run: 'describe statefulset db',
      stdout: [
        /^Replicas: +1 desired \| 1 total$/m,
        /^Pods Status: +1 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed$/m,
        /^ {2}Normal +SuccessfulDelete .*statefulset-controller +Delete Pod db-1 in StatefulSet db successful$/m,
      ],
    },
  ],
};

kubectlScript('rollout of stateful sets', statefulSets);

const daemonSet = `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: agent, image: "agent:1"}]
`;

/** DaemonSets on simulated nodes. */
const daemonSets: Script = {
  nodes: 2,
  steps: [
    ...nodesReady,
    { run: 'create -f -', stdin: daemonSet, stdout: 'daemonset.apps/agent created' },
    { run: 'rollout status ds/agent --timeout=20s', stdout: /daemon set "agent" successfully rolled out\n$/ },
    {
      run: 'get ds agent',
      stdout:
        /^NAME +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE +NODE SELECTOR +AGE\nagent +2 +2 +2 +2 +2 +<none> +\d+s$/m,
    },
    {
      run: "get pods --sort-by=.spec.nodeName -o jsonpath='{.items[*].spec.nodeName}'",
      stdout: 'node-1 node-2',
    },
    { run: 'set image ds/agent agent=agent:2', stdout: 'daemonset.apps/agent image updated' },
    { run: 'rollout status ds/agent --timeout=25s', stdout: /daemon set "agent" successfully rolled out\n$/ },
    {
      run: "get pods -o jsonpath='{.items[*].spec.containers[0].image}'",
      stdout: 'agent:2 agent:2',
    },
    {
      run: 'rollout history ds/agent',
      stdout: /^daemonset\.apps\/agent \nREVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>$/m,
    },
    { run: 'rollout undo ds/agent', stdout: 'daemonset.apps/agent rolled back' },
    { run: 'rollout status ds/agent --timeout=25s', stdout: /daemon set "agent" successfully rolled out\n$/ },
    {
      run: "get pods -o jsonpath='{.items[*].spec.containers[0].image}'",
      stdout: 'agent:1 agent:1',
    },
    { run: 'rollout restart ds/agent', stdout: 'daemonset.apps/agent restarted' },
    { run: 'rollout status ds/agent --timeout=25s', stdout: /daemon set "agent" successfully rolled out\n$/ },
    { run: 'label node node-1 role=edge', stdout: 'node/node-1 labeled' },
    {
      run: `patch ds agent -p '{"spec":{"template":{"spec":{"nodeSelector":{"role":"edge"}}}}}'`,
      stdout: 'daemonset.apps/agent patched',
    },
    { run: 'rollout status ds/agent --timeout=25s', stdout: /daemon set "agent" successfully rolled out\n$/ },
    { run: 'get ds agent', stdout: /^agent +1 +1 +1 +1 +1 +role=edge +\d+s$/m },
    { run: 'delete ds agent', stdout: /^daemonset\.apps "agent" deleted/ },
    { run: 'wait --for=delete pod -l app=agent --timeout=20s', stdout: /.?/, stderr: /.?/ },
    { run: 'get pods', stderr: 'No resources found in default namespace.' },
  ],
};

kubectlScript('rollout of daemon sets', daemonSets);
