import { kubectlScript, type Script } from './script.ts';

const pod = (name: string, spec: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: talk}}\nspec: ${spec}\n`;

/** What pods on simulated nodes write, as kubectl shows it. */
const script: Script = {
  nodes: 1,
  files: {
    'two.yaml': pod(
      'two',
      '{containers: [{name: a, image: busybox, command: [sh, -c, "echo from a; sleep 3600"]}, {name: b, image: busybox, command: [sh, -c, "echo from b; echo more of b; sleep 3600"]}]}',
    ),
    'once.yaml': pod(
      'once',
      '{restartPolicy: Never, containers: [{name: main, image: busybox, command: [sh, -c, "echo begin; sleep 1; echo end"]}]}',
    ),
    'crash.yaml': pod(
      'crash',
      '{containers: [{name: main, image: busybox, command: [sh, -c, "echo oops; exit 1"]}]}',
    ),
    'init.yaml': pod(
      'init',
      '{initContainers: [{name: first, image: busybox, command: [sh, -c, "echo prepares; sleep 3600"]}], containers: [{name: main, image: busybox}]}',
    ),
  },
  steps: [
    { run: 'create -f two.yaml -f once.yaml -f crash.yaml -f init.yaml', stdout: /pod\/two created/ },
    { run: 'wait pod/two --for=condition=Ready --timeout=20s', stdout: 'pod/two condition met' },
    {
      run: 'logs two',
      stdout: 'from a',
      stderr: /^Defaulted container "a" out of: a, b$/m,
    },
    { run: 'logs two -c b', stdout: 'from b\nmore of b' },
    { run: 'logs two b --tail=1', stdout: 'more of b' },
    { run: 'logs two b --limit-bytes=6', stdout: 'from b' },
    { run: 'logs two b --since=1h --timestamps', stdout: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z from b$/m },
    {
      run: 'logs two --all-containers --prefix',
      stdout: [/^\[pod\/two\/a\] from a$/m, /^\[pod\/two\/b\] from b$/m],
    },
    {
      run: 'logs two -c none',
      code: 1,
      stderr: 'error: container none is not valid for pod two',
    },
    {
      run: 'logs two -c a --previous',
      code: 1,
      stderr: 'Error from server (BadRequest): previous terminated container "a" in pod "two" not found',
    },
    { run: 'logs once -f', stdout: 'begin\nend' },
    {
      run: 'wait pod/crash --for=jsonpath={.status.containerStatuses[0].restartCount}=1 --timeout=30s',
      stdout: 'pod/crash condition met',
    },
    { run: 'logs crash --previous', stdout: 'oops' },
    {
      run: 'logs init',
      code: 1,
      stderr:
        'Defaulted container "main" out of: main, first (init)\nError from server (BadRequest): container "main" in pod "init" is waiting to start: PodInitializing',
    },
    { run: 'logs init -c first', stdout: 'prepares' },
    {
      run: 'create deployment web --image=busybox --replicas=2 -- sh -c "echo hello; sleep 3600"',
      stdout: /created/,
    },
    { run: 'rollout status deployment/web --timeout=20s', stdout: /successfully rolled out/ },
    { run: 'logs -l app=web', stdout: 'hello\nhello' },
    { run: 'logs deployment/web', stdout: 'hello', stderr: /^Found 2 pods, using pod\/web-/ },
  ],
};

kubectlScript('logs', script);
