import { requestPem } from '../resources/certificates-fixtures.ts';
import { kubectlScript, type Script } from './script.ts';

/** Who one is and what one may do. */
const script: Script = {
  files: {
    'csr.yaml': `apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: ann}
spec: {signerName: example.com/people, usages: [client auth], request: ${Buffer.from(requestPem).toString('base64')}}
`,
    'roles.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: writer, namespace: default}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, create]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: writers, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: writer}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
`,
    'other-role.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: writers, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: other}
`,
    'review.yaml': `apiVersion: authorization.k8s.io/v1
kind: SubjectAccessReview
spec: {user: jane, resourceAttributes: {namespace: default, verb: create, resource: pods}}
`,
    'rules.yaml': `apiVersion: authorization.k8s.io/v1
kind: SelfSubjectRulesReview
spec: {namespace: default}
`,
  },
  steps: [
    {
      run: 'auth whoami',
      stdout: [/^Username +binnacle-admin$/m, /^Groups +\[.*system:masters.*system:authenticated\]$/m],
    },
    {
      run: 'auth whoami -o json',
      json: { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1' },
    },
    { run: "auth can-i '*' '*'", stdout: 'yes' },
    { run: 'auth can-i create deployments.apps -n kube-system', stdout: 'yes' },
    { run: 'auth can-i get /healthz', stdout: 'yes' },
    { run: 'auth can-i --list', stdout: /^\*\.\* +\[\] +\[\] +\[\*\]$/m },
    {
      run: 'auth reconcile -f roles.yaml',
      stdout: [
        /^role\.rbac\.authorization\.k8s\.io\/writer reconciled$/m,
        /^rolebinding\.rbac\.authorization\.k8s\.io\/writers reconciled$/m,
      ],
      stderr: /reconciliation required create/,
    },
    {
      run: 'create -f review.yaml -o json',
      json: {
        status: {
          allowed: true,
          reason: 'RBAC: allowed by RoleBinding "writers/default" of Role "writer" to User "jane"',
        },
      },
    },
    { run: 'create -f rules.yaml -o json', json: { status: { incomplete: false } } },
    {
      run: 'replace -f other-role.yaml',
      code: 1,
      stderr: /^The RoleBinding "writers" is invalid: roleRef: Invalid value: .*: cannot change roleRef$/m,
    },
    { run: 'auth can-i create pods --as=jane', stdout: 'yes' },
    { run: 'auth can-i delete pods --as=jane', code: 1, stdout: 'no' },
    { run: 'auth can-i --list --as=jane', stdout: /^pods +\[\] +\[\] +\[get create\]$/m },
    {
      run: 'delete pod none --as=jane',
      code: 1,
      stderr:
        'Error from server (Forbidden): pods "none" is forbidden: User "jane" cannot delete resource "pods" in API group "" in the namespace "default"',
    },
    {
      run: 'get nodes --as=jane --as-group=dev',
      code: 1,
      stderr:
        'Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
    },
    {
      run: 'get pods --server=${server} --user=nobody --insecure-skip-tls-verify --token=wrong',
      code: 1,
      stderr: /You must be logged in to the server|auth info "nobody" does not exist/,
    },
    {
      run: 'create clusterrole probe-pods --verb=get,list --resource=pods',
      stdout: 'clusterrole.rbac.authorization.k8s.io/probe-pods created',
    },
    { run: 'label clusterrole probe-pods collect=true', stdout: /labeled$/m },
    {
      run: 'create clusterrole probes --aggregation-rule=collect=true',
      stdout: 'clusterrole.rbac.authorization.k8s.io/probes created',
    },
    {
      run: "wait --for=jsonpath='{.rules[0].resources[0]}'=pods clusterrole/probes --timeout=20s",
      stdout: 'clusterrole.rbac.authorization.k8s.io/probes condition met',
    },
    {
      run: 'create clusterrolebinding probes --clusterrole=probes --user=prober',
      stdout: 'clusterrolebinding.rbac.authorization.k8s.io/probes created',
    },
    { run: 'auth can-i list pods -A --as=prober', stdout: 'yes' },
    { run: 'auth can-i list secrets -A --as=prober', code: 1, stdout: 'no' },
    { run: 'auth can-i get pods --subresource=log --as=prober', code: 1, stdout: 'no' },
    { run: 'auth whoami --as=prober --as-group=a -o jsonpath={.status.userInfo.groups}', stdout: /"a"/ },
    { run: 'auth can-i get /metrics --as=prober', code: 1, stdout: 'no' },
    { run: 'create -f csr.yaml', stdout: 'certificatesigningrequest.certificates.k8s.io/ann created' },
    {
      run: 'get csr ann',
      stdout: /^ann +\d+s +example\.com\/people +binnacle-admin +<none> +Pending$/m,
    },
    { run: 'certificate approve ann', stdout: 'certificatesigningrequest.certificates.k8s.io/ann approved' },
    { run: 'get csr ann', stdout: / Approved$/m },
    { run: 'certificate deny ann', code: 1, stderr: /Denied|Approved/ },
  ],
};

kubectlScript('auth', script);
