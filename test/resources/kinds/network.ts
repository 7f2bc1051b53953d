import { alsoIn, counted, type KindCase, labels, now } from './kind-case.ts';

const ipAddress: KindCase = {
  of: 'networking.k8s.io/v1/ipaddresses',
  name: '192.0.2.7',
  manifest: { spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } } },
  change: { metadata: { annotations: { owner: 'ann' } } },
  spoil: { spec: { parentRef: { resource: '' } } },
  refusal: 'spec.parentRef.resource: Required value',
  columns: 'Name#|ParentRef',
  cells: ['192.0.2.7', 'services/default/web', '0s'],
};

const serviceCidr: KindCase = {
  of: 'networking.k8s.io/v1/servicecidrs',
  manifest: { spec: { cidrs: ['10.9.0.0/24'] } },
  shows: { status: {} },
  change: { metadata: { annotations: { owner: 'ann' } } },
  status: {
    conditions: [{ type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: now }],
  },
  spoil: { spec: { cidrs: ['10.9.0.1/24'] } },
  refusal: 'spec.cidrs[0]: Invalid value: "10.9.0.1/24": must not have bits set beyond the prefix length',
  columns: 'Name#|CIDRs|Age',
  cells: ['sample', '10.9.0.0/24', '0s'],
};

export const networking: readonly KindCase[] = [
  {
    of: 'networking.k8s.io/v1/ingressclasses',
    manifest: { spec: { controller: 'example.com/ingress', parameters: { kind: 'Config', name: 'main' } } },
    shows: { spec: { parameters: { scope: 'Cluster' } } },
    change: { spec: { parameters: { name: 'other' } } },
    generation: counted,
    spoil: { spec: { controller: 'ingress' } },
    refusal:
      'spec.controller: Invalid value: "ingress": must be a domain-prefixed path (such as "acme.io/foo")',
    columns: 'Name#|Controller|Parameters|Age',
    cells: ['sample', 'example.com/ingress', 'Config/main', '0s'],
  },
  {
    of: 'networking.k8s.io/v1/ingresses',
    manifest: {
      spec: {
        rules: [
          {
            host: 'example.com',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    },
    shows: { status: { loadBalancer: {} } },
    change: { spec: { ingressClassName: 'main' } },
    generation: counted,
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.9' }] } },
    spoil: { spec: { rules: null } },
    refusal: 'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified',
    columns: 'Name#|Class|Hosts|Address|Ports|Age',
    cells: ['sample', '<none>', 'example.com', '', '80', '0s'],
  },
  ipAddress,
  {
    of: 'networking.k8s.io/v1/networkpolicies',
    manifest: { spec: { podSelector: { matchLabels: labels }, egress: [{ ports: [{ port: 53 }] }] } },
    shows: { spec: { policyTypes: ['Ingress', 'Egress'], egress: [{ ports: [{ protocol: 'TCP' }] }] } },
    change: { spec: { policyTypes: ['Egress'] } },
    generation: counted,
    spoil: { spec: { policyTypes: ['Both'] } },
    refusal: 'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Ingress", "Egress"',
    columns: 'Name#|Pod-Selector|Age',
    cells: ['sample', 'app=web', '0s'],
  },
  serviceCidr,
  ...alsoIn(ipAddress, ['networking.k8s.io/v1beta1']),
  ...alsoIn(serviceCidr, ['networking.k8s.io/v1beta1']),
];

export const discovery: readonly KindCase[] = [
  {
    of: 'discovery.k8s.io/v1/endpointslices',
    manifest: {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.2.3'] }],
      ports: [{ port: 80 }],
    },
    shows: { endpoints: [{ conditions: {} }], ports: [{ name: '', protocol: 'TCP' }] },
    change: { endpoints: [{ addresses: ['10.1.2.4'] }] },
    generation: counted,
    labelCounts: true,
    spoil: { endpoints: [{ addresses: ['example.com'] }] },
    refusal:
      'endpoints[0].addresses[0]: Invalid value: "example.com": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    columns: 'Name#|AddressType|Ports|Endpoints|Age',
    cells: ['sample', 'IPv4', '80', '10.1.2.3', '0s'],
  },
];

export const coordination: readonly KindCase[] = [
  {
    of: 'coordination.k8s.io/v1/leases',
    manifest: { spec: { holderIdentity: 'n1', leaseDurationSeconds: 40 } },
    change: { spec: { holderIdentity: 'n2' } },
    spoil: { spec: { leaseDurationSeconds: 0 } },
    refusal: 'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    columns: 'Name#|Holder|Age',
    cells: ['sample', 'n1', '0s'],
  },
];

const candidate: KindCase = {
  of: 'coordination.k8s.io/v1beta1/leasecandidates',
  manifest: {
    spec: {
      leaseName: 'scheduler',
      binaryVersion: '1.36.0',
      emulationVersion: '1.36.0',
      strategy: 'OldestEmulationVersion',
    },
  },
  change: { spec: { emulationVersion: '1.35.0' } },
  spoil: { spec: { leaseName: '' } },
  refusal: 'spec.leaseName: Required value',
  columns: 'Name#|LeaseName|BinaryVersion|EmulationVersion|Age',
  cells: ['sample', 'scheduler', '1.36.0', '1.36.0', '0s'],
};

export const candidates: readonly KindCase[] = [
  candidate,
  ...alsoIn(candidate, ['coordination.k8s.io/v1alpha2']),
];
