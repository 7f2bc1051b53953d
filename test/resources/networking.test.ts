import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { networking } from '../../src/resources/networking/index.ts';
import type { ResourceDefinition } from '../../src/scheme/definition.ts';
import { cells, columns, contextOf, defaulted, manifest, problems, updateProblems } from './helper.ts';

const kind = (resource: string): ResourceDefinition => networking.find((one) => one.resource === resource)!;
const ingresses = kind('ingresses');
const policies = kind('networkpolicies');
const classes = kind('ingressclasses');
const addresses = kind('ipaddresses');
const ranges = kind('servicecidrs');

describe('ingresses', () => {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const path = (fields: Record<string, unknown>) => ({ path: '/', pathType: 'Prefix', backend, ...fields });
  const withPath = (fields: Record<string, unknown>) => ({
    rules: [{ host: 'a.example.com', http: { paths: [path(fields)] } }],
  });
  const at = 'spec.rules[0].http.paths[0]';
  const table: [string, Record<string, unknown>, string[]][] = [
    ['fine', withPath({}), []],
    [
      'nothing to serve',
      {},
      ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
    ],
    [
      'no path type',
      withPath({ pathType: undefined }),
      [`${at}.pathType: Required value: pathType must be specified`],
    ],
    [
      'a relative path',
      withPath({ path: 'x' }),
      [`${at}.path: Invalid value: "x": must be an absolute path`],
    ],
    [
      'a detour',
      withPath({ path: '/a/../b/..' }),
      [
        `${at}.path: Invalid value: "/a/../b/..": must not contain '/../'`,
        `${at}.path: Invalid value: "/a/../b/..": cannot end with '/..'`,
      ],
    ],
    [
      'an unknown path type',
      withPath({ pathType: 'Odd' }),
      [
        `${at}.pathType: Unsupported value: "Odd": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
      ],
    ],
    [
      'no backend',
      withPath({ backend: {} }),
      [`${at}.backend: Invalid value: "": resource or service backend is required`],
    ],
    [
      'no port',
      withPath({ backend: { service: { name: 'web' } } }),
      [`${at}.backend: Required value: port name or number is required`],
    ],
    [
      'an address for a host',
      { rules: [{ host: '10.0.0.1' }] },
      ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ],
  ];
  for (const [name, spec, expected] of table) {
    test(`are checked: ${name}`, () =>
      assert.deepEqual(problems(ingresses, manifest(ingresses, { spec })), expected));
  }

  test('are told that the class is a field now', () => {
    const annotated = manifest(
      ingresses,
      { spec: {} },
      { annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
    );
    assert.deepEqual(ingresses.strategy.warnings!(annotated, undefined, contextOf()), [
      'annotation "kubernetes.io/ingress.class" is deprecated, please use \'spec.ingressClassName\' instead',
    ]);
  });

  test('show up in a table', () => {
    assert.deepEqual(columns(ingresses), ['Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age']);
    const shown = manifest(ingresses, {
      spec: { rules: ['a', 'b', 'c', 'd'].map((host) => ({ host })), tls: [{}] },
      status: { loadBalancer: { ingress: [{ hostname: 'lb' }, { ip: '10.0.0.1' }, { ip: '10.0.0.1' }] } },
    });
    assert.deepEqual(cells(ingresses, shown).slice(1, 5), [
      '<none>',
      'a,b,c + 1 more...',
      '10.0.0.1,lb',
      '80, 443',
    ]);
  });
});

describe('network policies', () => {
  test('get their defaults', () => {
    const spec = { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] };
    assert.deepEqual(defaulted(policies, manifest(policies, { spec }))['spec'], {
      podSelector: {},
      egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  const from = (peer: Record<string, unknown>) => ({ podSelector: {}, ingress: [{ from: [peer] }] });
  const ports = (port: Record<string, unknown>) => ({ podSelector: {}, ingress: [{ ports: [port] }] });
  const table: [string, Record<string, unknown>, string[]][] = [
    ['fine', from({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }), []],
    ['no peer', from({}), ['spec.ingress[0].from[0]: Required value: must specify a peer']],
    [
      'an exception that is none',
      from({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8', '11.0.0.0/16'] } }),
      [
        'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
        'spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      ],
    ],
    [
      'two kinds of peers',
      from({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }),
      ['spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer'],
    ],
    [
      'an end before the start',
      ports({ port: 80, endPort: 79 }),
      ['spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`'],
    ],
    [
      'an end of a name',
      ports({ port: 'http', endPort: 79 }),
      [
        'spec.ingress[0].ports[0].endPort: Invalid value: 79: may not be specified when `port` is non-numeric',
      ],
    ],
    [
      'an unknown type',
      { podSelector: {}, policyTypes: ['Sideways'] },
      ['spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Ingress", "Egress"'],
    ],
  ];
  for (const [name, spec, expected] of table) {
    test(`are checked: ${name}`, () =>
      assert.deepEqual(problems(policies, manifest(policies, { spec })), expected));
  }

  test('warn about ranges with bits behind the prefix', () => {
    const odd = manifest(policies, { spec: from({ ipBlock: { cidr: '10.0.0.1/8' } }) });
    assert.deepEqual(policies.strategy.warnings!(odd, undefined, contextOf()), [
      'spec.ingress[0].from[0].ipBlock.cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ]);
  });

  test('show what they select', () => {
    const select = (podSelector: unknown) =>
      cells(policies, manifest(policies, { spec: { podSelector } }))[1];
    assert.equal(select({}), '<none>');
    assert.equal(select({ matchLabels: { a: 'b' } }), 'a=b');
  });
});

describe('ingress classes', () => {
  const spec = (parameters: Record<string, unknown>) => ({ controller: 'example.com/c', parameters });
  test('have cluster-wide parameters unless they say otherwise', () => {
    const stored = defaulted(classes, manifest(classes, { spec: spec({ kind: 'P', name: 'p' }) }));
    assert.deepEqual(stored['spec'], spec({ kind: 'P', name: 'p', scope: 'Cluster' }));
    assert.deepEqual(problems(classes, stored), []);
  });

  test('name a namespace where it belongs', () => {
    const check = (parameters: Record<string, unknown>) =>
      problems(classes, manifest(classes, { spec: spec({ kind: 'P', name: 'p', ...parameters }) }));
    assert.deepEqual(check({ namespace: 'n' }), [
      "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
    ]);
    assert.deepEqual(check({ scope: 'Namespace' }), [
      "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
    ]);
  });

  test('stay with their controller', () => {
    const of = (controller: string) => manifest(classes, { spec: { controller } });
    assert.deepEqual(updateProblems(classes, of('example.com/b'), of('example.com/a')), [
      'spec.controller: Invalid value: "example.com/b": field is immutable',
    ]);
    assert.deepEqual(updateProblems(classes, manifest(classes, {}), of('example.com/a')), [
      'spec.controller: Invalid value: "": field is immutable',
      'spec.controller: Required value',
    ]);
  });

  test('show which is the default', () => {
    const annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
    const shown = manifest(classes, { spec: spec({ apiGroup: 'g', kind: 'P', name: 'p' }) }, { annotations });
    assert.deepEqual(cells(classes, shown).slice(0, 3), ['x (default)', 'example.com/c', 'P.g/p']);
  });
});

test('IP addresses are named by their canonical form and know their parent', () => {
  const parentRef = { resource: 'services', namespace: 'default', name: 'kubernetes' };
  const of = (name: string, spec: Record<string, unknown>) => manifest(addresses, { spec }, { name });
  assert.deepEqual(problems(addresses, of('10.0.0.1', { parentRef })), []);
  assert.deepEqual(problems(addresses, of('2001:DB8::1', {})), [
    'metadata.name: must be in canonical form ("2001:db8::1")',
    'spec.parentRef: Required value',
  ]);
  assert.equal(cells(addresses, of('10.0.0.1', { parentRef }))[1], 'services/default/kubernetes');
});

test('service ranges grow to a second family and no further', () => {
  const of = (...cidrs: string[]) => manifest(ranges, { spec: { cidrs } });
  assert.deepEqual(problems(ranges, of()), ['spec.cidrs: Required value: at least one CIDR required']);
  assert.deepEqual(problems(ranges, of('10.0.0.0/24', '10.1.0.0/24')), [
    'spec.cidrs: Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
  ]);
  assert.deepEqual(updateProblems(ranges, of('10.0.0.0/24', 'fd00::/112'), of('10.0.0.0/24')), []);
  assert.deepEqual(updateProblems(ranges, of('10.1.0.0/24'), of('10.0.0.0/24')), [
    'spec.cidrs[0]: Invalid value: "10.1.0.0/24": field is immutable',
  ]);
});
