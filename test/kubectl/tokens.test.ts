import { requestPem } from '../resources/certificates-fixtures.ts';
import { kubectlScript, type Script } from './script.ts';

/** kubectl with a token and nothing else: the client certificate of the usual kubeconfig would count first. */
const as = (token: string, command: string) =>
  `${command} --kubeconfig=empty.yaml --server=\${server} --insecure-skip-tls-verify --token=\${${token}}`;

const unauthorized = { code: 1, stderr: /You must be logged in to the server|Unauthorized/ };

/** Tokens of service accounts, and certificates that are asked for. */
const script: Script = {
  files: {
    'empty.yaml': 'apiVersion: v1\nkind: Config\n',
    'secret.yaml': `apiVersion: v1
kind: Secret
metadata: {name: robot-token, annotations: {kubernetes.io/service-account.name: robot}}
type: kubernetes.io/service-account-token
`,
    'csr.yaml': `apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: ann}
spec:
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
  expirationSeconds: 3600
  request: ${Buffer.from(requestPem).toString('base64')}
`,
  },
  steps: [
    { run: 'create serviceaccount robot', stdout: 'serviceaccount/robot created' },
    { run: 'create token robot', stdout: /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/m, save: 'token' },
    {
      run: as('token', 'auth whoami'),
      stdout: [
        /^Username +system:serviceaccount:default:robot$/m,
        /^Groups +\[system:serviceaccounts system:serviceaccounts:default system:authenticated\]$/m,
        /^Extra: authentication\.kubernetes\.io\/credential-id +\[JTI=[0-9a-f-]{36}\]$/m,
      ],
    },
    {
      run: as('token', 'get secrets'),
      code: 1,
      stderr: /User "system:serviceaccount:default:robot" cannot list resource "secrets"/,
    },
    { run: 'create token robot --audience=vault', stdout: /^eyJ/, save: 'foreign' },
    { run: as('foreign', 'auth whoami'), ...unauthorized },
    {
      run: 'create token robot --duration=5m',
      code: 1,
      stderr: /spec\.expirationSeconds: Invalid value: 300: may not specify a duration less than 10 minutes/,
    },
    { run: 'create token nobody', code: 1, stderr: /serviceaccounts "nobody" not found/ },
    { run: 'create -f secret.yaml', stdout: 'secret/robot-token created' },
    {
      run: 'wait --for=jsonpath={.data.token} secret/robot-token --timeout=30s',
      stdout: 'secret/robot-token condition met',
    },
    {
      run: 'get secret robot-token -o go-template={{.data.token|base64decode}}',
      stdout: /^eyJ/,
      save: 'legacy',
    },
    { run: as('legacy', 'auth whoami'), stdout: /^Username +system:serviceaccount:default:robot$/m },
    { run: 'get --raw /openid/v1/jwks', stdout: /^\{"keys":\[\{"use":"sig","kty":"EC"/ },
    { run: 'create -f csr.yaml', stdout: 'certificatesigningrequest.certificates.k8s.io/ann created' },
    { run: 'certificate approve ann', stdout: 'certificatesigningrequest.certificates.k8s.io/ann approved' },
    {
      run: 'wait --for=jsonpath={.status.certificate} csr/ann --timeout=30s',
      stdout: 'certificatesigningrequest.certificates.k8s.io/ann condition met',
    },
    { run: 'get csr ann', stdout: /Approved,Issued$/m },
    { run: 'delete serviceaccount robot', stdout: /deleted/ },
    { run: as('token', 'auth whoami'), ...unauthorized },
    { run: as('legacy', 'auth whoami'), ...unauthorized },
    { run: 'create serviceaccount robot', stdout: 'serviceaccount/robot created' },
    { run: as('token', 'auth whoami'), ...unauthorized },
  ],
};

kubectlScript('tokens', script);
