import { kubectlScript, type Script } from './script.ts';

const pod = (name: string, spec: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

/** Pods on simulated nodes, as somebody sees them who has only kubectl. */
const script: Script = {
  nodes: 2,
  files: {
    'absent.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: absent\n  annotations: {simulation.binnacle.dev/behavior: \'{"containers": [{"image": "Absent", "imageMessage": "no such thing"}]}\'}\nspec: {nodeName: node-2, containers: [{name: main, image: nowhere}]}\n',
    'stubborn.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: stubborn\n  annotations: {simulation.binnacle.dev/behavior: \'{"containers": [{"ignoresTermination": true}]}\'}\nspec: {nodeName: node-2, containers: [{name: main, image: busybox}]}\n',
    'init.yaml': pod(
      'init',
      '{nodeName: node-1, initContainers: [{name: first, image: busybox, command: [sleep, "3600"]}], containers: [{name: main, image: busybox}]}',
    ),
    'foreign.yaml':
      'apiVersion: v1\nkind: Node\nmetadata: {name: extra, annotations: {simulation.binnacle.dev/node: "true"}}\n',
  },
  steps: [
    { run: 'wait node --all --for=condition=Ready --timeout=20s', stdout: /^node\/node-2 condition met$/m },
    {
      run: 'get nodes -o wide',
      stdout: [
        /^node-1 +Ready +<none> +\d+s +v1\.36\.0 +172\.16\.0\.1 +<none> +Simulated node, runs no containers +simulated( \(amd64\))? +simulated:\/\/\S+$/m,
        /^node-2 +Ready/m,
      ],
    },
    {
      run: 'describe node node-1',
      stdout: [
        /^PodCIDR: +10\.128\.0\.0\/24$/m,
        /^ +Ready +True .* KubeletReady +kubelet is posting ready status$/m,
        /^ +HolderIdentity: +node-1$/m,
        /^ +pods: +110$/m,
      ],
    },

    { run: 'run web --image=nginx --port=80', stdout: 'pod/web created' },
    { run: 'wait pod/web --for=condition=Ready --timeout=20s', stdout: 'pod/web condition met' },
    {
      run: 'get pod web -o wide',
      stdout: /^web +1\/1 +Running +0 +\d+s +10\.128\.[01]\.\d+ +node-[12] +<none> +<none>$/m,
    },
    {
      run: 'describe pod web',
      stdout: [
        /^Node: +node-[12]\/172\.16\.0\.[12]$/m,
        /^ +Container ID: +simulated:\/\/[0-9a-f]{64}$/m,
        /^ +Normal +Scheduled .*Successfully assigned default\/web to node-[12]$/m,
        /^ +Normal +Started .* kubelet +.*Container started$/m,
      ],
    },
    { run: 'delete pod web', stdout: /^pod "web" deleted/ },

    {
      run: 'run once --image=busybox --restart=Never -- sh -c "echo done; exit 3"',
      stdout: 'pod/once created',
    },
    {
      run: 'wait pod/once --for=jsonpath={.status.phase}=Failed --timeout=20s',
      stdout: 'pod/once condition met',
    },
    { run: 'get pod once', stdout: /^once +0\/1 +Error +0 /m },
    { run: 'run good --image=busybox --restart=Never -- true', stdout: 'pod/good created' },
    {
      run: 'wait pod/good --for=jsonpath={.status.phase}=Succeeded --timeout=20s',
      stdout: 'pod/good condition met',
    },
    { run: 'get pod good', stdout: /^good +0\/1 +Completed +0 /m },

    { run: 'run crash --image=busybox -- false', stdout: 'pod/crash created' },
    {
      run: 'wait pod/crash --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff --timeout=20s',
      stdout: 'pod/crash condition met',
    },
    { run: 'get pod crash', stdout: /^crash +0\/1 +CrashLoopBackOff +1 \(\d+s ago\) /m },
    {
      run: 'describe pod crash',
      stdout: /Back-off restarting failed container crash in pod crash_default\(/,
    },

    { run: 'create -f init.yaml', stdout: 'pod/init created' },
    { run: 'wait pod/init --for=jsonpath={.status.hostIP}=172.16.0.1 --timeout=20s', stdout: /met/ },
    { run: 'get pod init', stdout: /^init +0\/1 +Init:0\/1 +0 /m },
    { run: 'create -f absent.yaml', stdout: 'pod/absent created' },
    {
      run: 'wait pod/absent --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff --timeout=20s',
      stdout: /met/,
    },
    { run: 'get pod absent', stdout: /^absent +0\/1 +ImagePullBackOff +0 /m },

    { run: 'create -f stubborn.yaml', stdout: 'pod/stubborn created' },
    { run: 'wait pod/stubborn --for=condition=Ready --timeout=20s', stdout: /met/ },
    { run: 'delete pod stubborn --grace-period=2', stdout: /^pod "stubborn" deleted/ },
    { run: 'get pod stubborn', code: 1, stderr: 'Error from server (NotFound): pods "stubborn" not found' },

    { run: 'create -f foreign.yaml', stdout: 'node/extra created' },
    { run: 'wait node/extra --for=condition=Ready --timeout=20s', stdout: 'node/extra condition met' },
    { run: 'get node extra -o jsonpath={.spec.podCIDR}', stdout: '10.128.2.0/24' },
  ],
};

kubectlScript('simulated nodes', script);
