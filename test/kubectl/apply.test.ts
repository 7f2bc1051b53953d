import { kubectlScript, type Script } from './script.ts';

const web = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: nginx
        image: ${image}
        env:
        - {name: LEVEL, value: info}
`;

const service = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
`;

/** apply, diff, replace, kustomize, validation and dry runs. */
const script: Script = {
  files: {
    'web.yaml': web('nginx:1.27'),
    'web-newer.yaml': web('nginx:1.28').replace(
      '        - {name: LEVEL, value: info}\n',
      '        - {name: DEBUG, value: "1"}\n',
    ),
    'both.yaml': `${web('nginx:1.27')}---\n# nothing here\n---\n${service}`,
    'list.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'first' }, data: { a: '1' } },
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'second' }, data: { b: '2' } },
      ],
    }),
    'tree/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tree-a}\n',
    'tree/deep/b.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tree-b}\n',
    'kustom/kustomization.yaml': [
      'namePrefix: staging-',
      'commonAnnotations: {team: blue}',
      'resources: [web.yaml]',
      'configMapGenerator: [{name: conf, literals: [a=b]}]',
      'generatorOptions: {disableNameSuffixHash: true}',
      'images: [{name: nginx, newTag: "1.29"}]',
      '',
    ].join('\n'),
    'kustom/web.yaml': web('nginx:1.27'),
    'unknown.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\ndata: {a: b}\nspecial: true\n',
    'wrong-type.yaml': web('nginx:1').replace('replicas: 2', 'replicas: two'),
    'bad.yaml': web('nginx:1')
      .replace('labels: {app: web}\n    spec', 'labels: {app: other}\n    spec')
      .replace(/name: web\n/, 'name: bad\n'),
    'no-kind.yaml': 'apiVersion: v1\nmetadata: {name: odd}\n',
    'no-such-kind.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: odd}\n',
    'generated.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: many-}\n',
    'prune.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, labels: {set: one}}\n',
    'prune-both.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, labels: {set: one}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: dropped, labels: {set: one}}\n',
  },
  steps: [
    { run: 'apply -f web.yaml --dry-run=client', stdout: 'deployment.apps/web created (dry run)' },
    { run: 'apply -f web.yaml --dry-run=server', stdout: 'deployment.apps/web created (server dry run)' },
    {
      run: 'get deployment web',
      code: 1,
      stderr: 'Error from server (NotFound): deployments.apps "web" not found',
    },
    { run: 'apply -f web.yaml', stdout: 'deployment.apps/web created' },
    { run: 'apply -f web.yaml', stdout: 'deployment.apps/web unchanged' },
    { run: "get deployment web -o jsonpath='{.metadata.resourceVersion}'", save: 'version' },
    {
      run: 'diff -f web-newer.yaml',
      code: 1,
      stdout: [
        /^-\s+image: nginx:1\.27$/m,
        /^\+\s+image: nginx:1\.28$/m,
        /^-\s+generation: 1$/m,
        /^\+\s+generation: 2$/m,
      ],
    },
    { run: 'diff -f web.yaml', stdout: '' },
    { run: 'apply -f web-newer.yaml --dry-run=server -o json', json: { metadata: { generation: 2 } } },
    { run: 'apply -f web-newer.yaml', stdout: 'deployment.apps/web configured' },
    {
      run: 'get deployment web -o json',
      json: {
        metadata: { generation: 2 },
        spec: {
          template: { spec: { containers: [{ image: 'nginx:1.28', env: [{ name: 'DEBUG', value: '1' }] }] } },
        },
      },
    },
    { run: 'apply view-last-applied deployment/web', stdout: [/image: nginx:1\.28/, /name: DEBUG/] },
    { run: 'apply set-last-applied -f web.yaml', stdout: 'deployment.apps/web configured' },
    { run: 'apply view-last-applied deployment/web -o json', stdout: /"image": "nginx:1\.27"/ },

    { run: 'apply -f both.yaml', stdout: 'deployment.apps/web configured\nservice/web created' },
    { run: 'get -f both.yaml -o name', stdout: 'deployment.apps/web\nservice/web' },
    { run: 'apply -f list.json', stdout: 'configmap/first created\nconfigmap/second created' },
    { run: 'apply -R -f tree', stdout: 'configmap/tree-a created\nconfigmap/tree-b created' },
    {
      run: 'apply -f -',
      stdin: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"piped"}}',
      stdout: 'configmap/piped created',
    },
    {
      run: 'apply -k kustom',
      stdout: 'configmap/staging-conf created\ndeployment.apps/staging-web created',
    },
    {
      run: 'get deployment staging-web -o json',
      json: {
        metadata: { annotations: { team: 'blue' } },
        spec: { template: { spec: { containers: [{ image: 'nginx:1.29' }] } } },
      },
    },
    {
      run: 'delete -k kustom',
      stdout: [/^configmap "staging-conf" deleted/m, /^deployment\.apps "staging-web" deleted/m],
    },
    {
      run: 'apply -f web.yaml --server-side',
      code: 1,
      stderr: /unknown format|UnsupportedMediaType|415/,
    },
    { run: 'apply -f prune-both.yaml', stdout: 'configmap/kept created\nconfigmap/dropped created' },
    {
      run: 'apply --prune -l set=one --prune-allowlist=core/v1/ConfigMap -f prune.yaml',
      stdout: [/^configmap\/kept unchanged$/m, /^configmap\/dropped pruned$/m],
    },

    {
      run: 'create -f unknown.yaml',
      code: 1,
      stderr:
        'Error from server (BadRequest): error when creating "unknown.yaml": ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "special"',
    },
    {
      run: 'create -f unknown.yaml --validate=warn',
      stdout: 'configmap/odd created',
      stderr: 'Warning: unknown field "special"',
    },
    { run: 'get cm odd -o json', json: { data: { a: 'b' }, special: undefined } },
    { run: 'replace -f unknown.yaml --validate=ignore', stdout: 'configmap/odd replaced' },
    {
      run: 'create -f wrong-type.yaml',
      code: 1,
      stderr:
        'Error from server (BadRequest): error when creating "wrong-type.yaml": Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    },
    {
      run: 'create -f bad.yaml',
      code: 1,
      stderr:
        'The Deployment "bad" is invalid: spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`',
    },
    { run: 'create -f no-kind.yaml', code: 1, stderr: /error validating data: kind not set/ },
    {
      run: 'create -f no-such-kind.yaml',
      code: 1,
      stderr: /no matches for kind "Widget" in version "example\.com\/v1"\nensure CRDs are installed first$/m,
    },
    {
      run: 'create -f web.yaml',
      code: 1,
      stderr:
        'Error from server (AlreadyExists): error when creating "web.yaml": deployments.apps "web" already exists',
    },
    { run: 'create -f generated.yaml', stdout: /^configmap\/many-[a-z0-9]{5} created$/m },
    {
      run: 'create -f web.yaml -n missing',
      code: 1,
      stderr: 'Error from server (NotFound): error when creating "web.yaml": namespaces "missing" not found',
    },

    { run: 'replace -f web.yaml', stdout: 'deployment.apps/web replaced' },
    {
      run: 'replace -f -',
      stdin: `${web('nginx:1.30')}`.replace('name: web', 'name: web\n  resourceVersion: "${version}"'),
      code: 1,
      stderr:
        'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    },
    {
      run: 'replace -f -',
      stdin: web('nginx:1.27')
        .replace('matchLabels: {app: web}', 'matchLabels: {app: x}')
        .replace('labels: {app: web}\n    spec', 'labels: {app: x}\n    spec'),
      code: 1,
      stderr:
        'The Deployment "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    },
    { run: "get deployment web -o jsonpath='{.metadata.uid}'", save: 'uid' },
    {
      run: 'replace --force -f web.yaml',
      stdout: [/^deployment\.apps "web" deleted/m, /^deployment\.apps\/web replaced$/m],
    },
    { run: "get deployment web -o jsonpath='{.metadata.uid}'", stdout: /^[0-9a-f-]{36}$/ },
    {
      run: 'replace -f tree/a.yaml -n kube-public',
      code: 1,
      stderr:
        'Error from server (NotFound): error when replacing "tree/a.yaml": configmaps "tree-a" not found',
    },
    { run: 'delete -f both.yaml', stdout: [/^deployment\.apps "web" deleted/m, /^service "web" deleted/m] },
    {
      run: 'delete -f both.yaml',
      code: 1,
      stderr: [
        /^Error from server \(NotFound\): error when deleting "both\.yaml": deployments\.apps "web" not found$/m,
        /^Error from server \(NotFound\): error when deleting "both\.yaml": services "web" not found$/m,
      ],
    },
    { run: 'delete -f both.yaml --ignore-not-found', stdout: '' },
  ],
};

kubectlScript('apply', script);
