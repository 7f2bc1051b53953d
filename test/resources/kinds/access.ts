import { caPem, requestPem } from '../certificates-fixtures.ts';
import { alsoIn, defaultColumns, type KindCase, now } from './kind-case.ts';

const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }];
const rbacGroup = 'rbac.authorization.k8s.io';
const bindingColumns = 'Name#|Role|Age|Users*|Groups*|ServiceAccounts*';

export const rbac: readonly KindCase[] = [
  {
    of: 'rbac.authorization.k8s.io/v1/roles',
    manifest: { rules },
    change: { rules: [{ ...rules[0], verbs: ['get'] }] },
    spoil: { rules: [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }] },
    refusal:
      'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs',
    columns: defaultColumns,
    cells: ['sample', now],
  },
  {
    of: 'rbac.authorization.k8s.io/v1/clusterroles',
    manifest: { rules },
    change: { rules: [{ ...rules[0], verbs: ['get'] }] },
    spoil: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: [] }] },
    refusal: 'rules[0].verbs: Required value: verbs must contain at least one value',
    columns: defaultColumns,
    cells: ['sample', now],
  },
  {
    of: 'rbac.authorization.k8s.io/v1/rolebindings',
    manifest: {
      roleRef: { kind: 'ClusterRole', name: 'view' },
      subjects: [
        { kind: 'User', name: 'ann' },
        { kind: 'ServiceAccount', name: 'bot', namespace: 'default' },
      ],
    },
    shows: {
      roleRef: { apiGroup: rbacGroup },
      subjects: [{ apiGroup: rbacGroup }, { apiGroup: undefined }],
    },
    change: { subjects: [{ kind: 'Group', name: 'devs' }] },
    spoil: { roleRef: { kind: 'Deployment' } },
    refusal: 'roleRef.kind: Unsupported value: "Deployment": supported values: "Role", "ClusterRole"',
    columns: bindingColumns,
    cells: ['sample', 'ClusterRole/view', '0s', 'ann', '', 'default/bot'],
  },
  {
    of: 'rbac.authorization.k8s.io/v1/clusterrolebindings',
    manifest: { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'Group', name: 'devs' }] },
    shows: { roleRef: { apiGroup: rbacGroup }, subjects: [{ apiGroup: rbacGroup }] },
    change: { subjects: [{ kind: 'Group', name: 'ops' }] },
    spoil: { subjects: [{ kind: 'ServiceAccount', name: 'bot' }] },
    refusal: 'subjects[0].namespace: Required value',
    columns: bindingColumns,
    cells: ['sample', 'ClusterRole/view', '0s', '', 'devs', ''],
  },
];

const base64 = (text: string) => Buffer.from(text).toString('base64');

export const certificates: readonly KindCase[] = [
  {
    of: 'certificates.k8s.io/v1/certificatesigningrequests',
    manifest: {
      spec: {
        request: base64(requestPem),
        signerName: 'example.com/signer',
        usages: ['client auth'],
        username: 'somebody-else',
      },
    },
    shows: {
      spec: { username: 'binnacle-admin', groups: ['system:masters', 'system:authenticated'] },
      status: {},
    },
    change: { metadata: { annotations: { owner: 'ann' } } },
    status: { certificate: base64(caPem) },
    spoil: { spec: { usages: [] } },
    refusal: 'spec.usages: Required value',
    columns: 'Name#|Age|SignerName|Requestor|RequestedDuration|Condition',
    cells: ['sample', '0s', 'example.com/signer', 'binnacle-admin', '<none>', 'Pending'],
  },
];

const bundle: KindCase = {
  of: 'certificates.k8s.io/v1beta1/clustertrustbundles',
  manifest: { spec: { trustBundle: caPem } },
  change: { spec: { trustBundle: `${caPem}\n` } },
  spoil: { spec: { trustBundle: '' } },
  refusal: 'spec.trustBundle: Invalid value: "<value omitted>": at least one trust anchor must be provided',
  columns: 'Name#|SignerName',
  cells: ['sample', '<none>'],
};

export const betaCertificates: readonly KindCase[] = [
  bundle,
  ...alsoIn(bundle, ['certificates.k8s.io/v1alpha1']),
  {
    of: 'certificates.k8s.io/v1beta1/podcertificaterequests',
    manifest: {
      spec: {
        signerName: 'example.com/signer',
        podName: 'web',
        podUID: '1',
        serviceAccountName: 'default',
        serviceAccountUID: '2',
        nodeName: 'n1',
        nodeUID: '3',
        stubPKCS10Request: requestPem.split('\n').slice(1, -2).join(''),
      },
    },
    shows: { spec: { maxExpirationSeconds: 86400 } },
    change: { metadata: { annotations: { owner: 'ann' } } },
    status: {
      conditions: [{ type: 'Denied', status: 'True', reason: 'No', message: 'no', lastTransitionTime: now }],
    },
    spoil: { spec: { nodeName: '' } },
    refusal: `spec.nodeName: Invalid value: "": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    columns: 'Name#|PodName|ServiceAccountName|NodeName|SignerName|State|UnverifiedUserAnnotations',
    cells: ['sample', 'web', 'default', 'n1', 'example.com/signer', 'Pending', '<none>'],
  },
];
