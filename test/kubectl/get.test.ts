import { kubectlScript, type Script } from './script.ts';

const pod = (name: string, labels: string, extra = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {${labels}}}\nspec:\n  containers: [{name: main, image: busybox:1}]\n${extra}`;

/** Everything `kubectl get` prints, in every form. */
const script: Script = {
  // What controllers would do is not what this is about.
  controllers: [],
  files: {
    'pods.yaml': [
      pod('red', 'color: red, size: large'),
      pod('green', 'color: green'),
      pod('blue', 'color: blue, size: small', '  nodeName: node-1\n'),
    ].join('---\n'),
    'other.yaml': pod('far', 'color: red'),
    'columns.txt': 'POD               IMAGE\n.metadata.name    .spec.containers[*].image\n',
    'template.txt': '{{range .items}}{{.metadata.name}};{{end}}',
    'path.txt': '{.items[*].spec.nodeName}',
  },
  steps: [
    { run: 'get pods', stderr: 'No resources found in default namespace.', stdout: '' },
    { run: 'create ns other', stdout: 'namespace/other created' },
    { run: 'create -f pods.yaml', stdout: 'pod/red created\npod/green created\npod/blue created' },
    { run: 'create -f other.yaml -n other', stdout: 'pod/far created' },
    {
      run: 'get pods',
      stdout:
        /^NAME +READY +STATUS +RESTARTS +AGE\nblue +0\/1 +Pending +0 +\d+s\ngreen +0\/1 +Pending +0 +\d+s\nred +0\/1 +Pending +0 +\d+s\n$/,
    },
    {
      run: 'get po -o wide',
      stdout: [
        /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES$/m,
        /^blue +0\/1 +Pending +0 +\d+s +<none> +node-1 +<none> +<none>$/m,
      ],
    },
    { run: 'get pod red green --no-headers', stdout: /^red .*\ngreen .*\n$/ },
    { run: 'get pods -o name', stdout: 'pod/blue\npod/green\npod/red' },
    {
      run: 'get pods -o json',
      json: { kind: 'List', apiVersion: 'v1', items: [{ kind: 'Pod', apiVersion: 'v1' }, {}, {}] },
    },
    {
      run: 'get pod red -o yaml',
      stdout: [
        /^apiVersion: v1\nkind: Pod\nmetadata:\n {2}creationTimestamp: "\d{4}-/m,
        /^ {2}- image: busybox:1\n {4}imagePullPolicy: IfNotPresent$/m,
        /^status:\n {2}phase: Pending\n {2}qosClass: BestEffort$/m,
      ],
    },
    { run: "get pods -o jsonpath='{.items[*].metadata.name}'", stdout: 'blue green red' },
    { run: 'get pods -o jsonpath-file=path.txt', stdout: 'node-1' },
    { run: "get pods -o go-template='{{len .items}}'", stdout: '3' },
    { run: 'get pods -o go-template-file=template.txt', stdout: 'blue;green;red;' },
    {
      run: 'get pods -o custom-columns=N:.metadata.name,Q:.status.qosClass',
      stdout: /^N +Q\nblue +BestEffort\ngreen +BestEffort\nred +BestEffort\n$/,
    },
    { run: 'get pods -o custom-columns-file=columns.txt', stdout: /^POD +IMAGE\nblue +busybox:1\n/ },
    { run: 'get pods --sort-by=.metadata.labels.color -o name', stdout: 'pod/blue\npod/green\npod/red' },
    {
      run: "get pods --sort-by='{.metadata.creationTimestamp}' --no-headers -o custom-columns=N:.metadata.name",
      stdout: /^(\w+\n){3}$/,
    },
    { run: 'get pods --show-labels', stdout: /^green +0\/1 +Pending +0 +\d+s +color=green$/m },
    {
      run: 'get pods -L color,size',
      stdout: [/ COLOR +SIZE$/m, /^blue .* blue +small$/m, /^green .* green +$/m],
    },
    { run: 'get pods -l color=red -o name', stdout: 'pod/red' },
    { run: "get pods -l 'color in (red,blue),size' -o name", stdout: 'pod/blue\npod/red' },
    { run: "get pods -l '!size' -o name", stdout: 'pod/green' },
    { run: 'get pods -l color!=red -o name', stdout: 'pod/blue\npod/green' },
    {
      run: "get pods -l 'color in red'",
      code: 1,
      stderr: /unable to parse requirement/,
    },
    { run: 'get pods --field-selector=spec.nodeName=node-1 -o name', stdout: 'pod/blue' },
    {
      run: 'get pods --field-selector=status.phase!=Pending',
      stderr: 'No resources found in default namespace.',
    },
    { run: 'get pods -A --field-selector=metadata.namespace=other -o name', stdout: 'pod/far' },
    {
      run: 'get pods --field-selector=spec.color=red',
      code: 1,
      stderr:
        /^Error from server \(BadRequest\): Unable to find "\/v1, Resource=pods" that match label selector "", field selector "spec\.color=red": field label not supported: spec\.color$/m,
    },
    {
      run: 'get cm --field-selector=data.a=b',
      code: 1,
      stderr: /"data\.a" is not a known field selector: only "metadata\.name", "metadata\.namespace"/,
    },
    { run: 'get pods -A', stdout: [/^NAMESPACE +NAME +READY/m, /^default +blue /m, /^other +far /m] },
    { run: 'get pods -A --chunk-size=1 -o name', stdout: 'pod/blue\npod/green\npod/red\npod/far' },
    {
      run: 'get pods -A --chunk-size=2 --no-headers',
      stdout: /^default +blue.*\ndefault +green.*\ndefault +red.*\nother +far.*\n$/,
    },
    {
      run: 'get pods,services',
      stdout: [
        /^pod\/blue +0\/1/m,
        /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nservice\/kubernetes +ClusterIP +10\.0\.0\.1 +<none> +443\/TCP/m,
      ],
    },
    { run: 'get pod/red svc/kubernetes -o name', stdout: 'pod/red\nservice/kubernetes' },
    { run: 'get all', stdout: [/^pod\/red /m, /^service\/kubernetes /m] },
    { run: 'get all -n other -o name', stdout: 'pod/far' },
    {
      run: 'get pods missing',
      code: 1,
      stderr: 'Error from server (NotFound): pods "missing" not found',
    },
    { run: 'get pods missing --ignore-not-found', stdout: '' },
    { run: 'get widgets', code: 1, stderr: 'error: the server doesn\'t have a resource type "widgets"' },
    { run: 'get pod red -n', code: 1, stderr: /flag needs an argument/ },
    {
      run: 'get pods -w --request-timeout=2s --no-headers',
      stdout: /^blue .*\ngreen .*\nred .*\n/,
    },
    {
      run: 'get pods --watch-only --output-watch-events --request-timeout=1s',
      stdout: '',
    },
    { run: 'get ns', stdout: /^NAME +STATUS +AGE\ndefault +Active +\d+s\nkube-node-lease +Active/ },
    { run: 'get ns default -o jsonpath={.status.phase}', stdout: 'Active' },
    {
      run: 'get --raw /api/v1/namespaces/default/pods/red',
      json: { kind: 'Pod', metadata: { name: 'red' } },
    },
    {
      run: 'get --raw /apis/apps/v1/namespaces/default/deployments?limit=1',
      json: { kind: 'DeploymentList', items: [] },
    },
    { run: 'get --raw /healthz', stdout: 'ok' },
    { run: 'get --raw /readyz?verbose', stdout: [/^\[\+\]ping ok$/m, /^readyz check passed$/m] },
    {
      run: 'get --raw /nothing',
      code: 1,
      stderr: 'Error from server (NotFound): the server could not find the requested resource',
    },
    {
      run: 'get deployment web --subresource=status',
      code: 1,
      stderr: 'Error from server (NotFound): deployments.apps "web" not found',
    },
    { run: 'get pod red --subresource=status -o name', stdout: 'pod/red' },
    {
      run: 'get endpoints kubernetes',
      stderr: /^Warning: v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io\/v1 EndpointSlice$/m,
      stdout: /^NAME +ENDPOINTS +AGE\nkubernetes +[\d.]+:\d+ +\d+s$/m,
    },
    {
      run: 'get endpointslices',
      stdout: /^NAME +ADDRESSTYPE +PORTS +ENDPOINTS +AGE\nkubernetes +IPv4 +\d+ +[\d.]+ +\d+s$/m,
    },
    {
      run: 'get pc',
      stdout: [
        /^NAME +VALUE +GLOBAL-DEFAULT +AGE +PREEMPTIONPOLICY$/m,
        /^system-node-critical +2000001000 +false +\d+s +PreemptLowerPriority$/m,
      ],
    },
    {
      run: 'get clusterroles cluster-admin view',
      stdout: /^NAME +CREATED AT\ncluster-admin +\d{4}-\d\d-\d\dT[\d:]+Z\nview +\d{4}/,
    },
    {
      run: 'get flowschemas',
      stdout: [
        /^NAME +PRIORITYLEVEL +MATCHINGPRECEDENCE +DISTINGUISHERMETHOD +AGE +MISSINGPL$/m,
        /^exempt +exempt +1 +<none> +\d+s +False$/m,
      ],
    },
    { run: 'get cm -n kube-system extension-apiserver-authentication -o json', json: { data: {} } },
    { run: 'get servicecidrs', stdout: /^NAME +CIDRS +AGE\nkubernetes +10\.0\.0\.0\/24 +\d+s$/m },
    { run: 'get ipaddresses', stdout: /^NAME +PARENTREF\n10\.0\.0\.1 +services\/default\/kubernetes$/m },
    { run: 'get leases -A', stdout: /^kube-system +apiserver-\w+ +apiserver-[\w-]+ +\d+s$/m },
    { run: 'get componentstatuses', stderr: /^Warning: v1 ComponentStatus is deprecated in v1\.19\+$/m },
  ],
};

kubectlScript('get', script);
