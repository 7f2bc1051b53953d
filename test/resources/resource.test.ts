import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { definition as classes } from '../../src/resources/resource/deviceclasses/definition.ts';
import { definition as taintRules } from '../../src/resources/resource/devicetaintrules/definition.ts';
import { definition as claims } from '../../src/resources/resource/resourceclaims/definition.ts';
import { definition as templates } from '../../src/resources/resource/resourceclaimtemplates/definition.ts';
import { definition as poolRequests } from '../../src/resources/resource/resourcepoolstatusrequests/definition.ts';
import { definition as slices } from '../../src/resources/resource/resourceslices/definition.ts';
import type { ObjectSubresource, ResourceDefinition } from '../../src/scheme/definition.ts';
import { cells, contextOf, defaulted, manifest, now, problems, updateProblems } from './helper.ts';

const exactly = { deviceClassName: 'gpu' };
const request = { name: 'a', exactly };
const claimOf = (devices: Record<string, unknown>, status?: unknown): KubeObject =>
  manifest(claims, { spec: { devices }, ...(status === undefined ? {} : { status }) });

const versionOf = ({ versions }: ResourceDefinition, name: string) =>
  versions.find(({ version }) => version === name)!;

describe('claims', () => {
  test('ask for one device unless they say otherwise', () => {
    const { spec } = defaulted(
      claims,
      claimOf({ requests: [{ ...request, exactly: { ...exactly, tolerations: [{ key: 'k' }] } }] }),
    );
    assert.deepEqual((spec as { devices: { requests: unknown[] } }).devices.requests, [
      {
        name: 'a',
        exactly: {
          deviceClassName: 'gpu',
          allocationMode: 'ExactCount',
          count: 1,
          tolerations: [{ key: 'k', operator: 'Equal' }],
        },
      },
    ]);
  });

  test('of v1beta1 stand flat', () => {
    const beta = versionOf(claims, 'v1beta1');
    const flat = claimOf({ requests: [{ name: 'a', deviceClassName: 'gpu' }] });
    beta.defaults!(flat);
    const stored = beta.toStored!(flat);
    const wanted = { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 };
    const requests = () => (stored['spec'] as { devices: { requests: unknown[] } }).devices.requests;
    assert.deepEqual(requests(), [{ name: 'a', exactly: wanted }]);
    beta.fromStored!(stored);
    assert.deepEqual(requests(), [{ name: 'a', ...wanted }]);
  });

  const at = 'spec.devices';
  const notARequest =
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
  const table: [Record<string, unknown>, string[]][] = [
    [{ requests: [request] }, []],
    [
      { requests: [{ name: 'a' }] },
      [`${at}.requests[0]: Required value: exactly one of \`exactly\` or \`firstAvailable\` is required`],
    ],
    [
      { requests: [{ name: 'a', exactly: {} }] },
      [`${at}.requests[0].exactly.deviceClassName: Required value`],
    ],
    [
      { requests: [{ name: 'a', exactly: { ...exactly, allocationMode: 'All', count: 2 } }] },
      [
        `${at}.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'`,
      ],
    ],
    [{ requests: [request, request] }, [`${at}.requests[1]: Duplicate value: "a"`]],
    [
      { requests: Array.from({ length: 33 }, (_, i) => ({ ...request, name: `a${i}` })) },
      [`${at}.requests: Too many: 33: must have at most 32 items`],
    ],
    [
      {
        requests: [{ name: 'a', firstAvailable: [{ name: 'b', ...exactly }] }],
        config: [{ requests: ['a/b', 'a/c'] }],
      },
      [
        `${at}.config[0].requests[1]: Invalid value: "a/c": ${notARequest}`,
        `${at}.config[0].opaque: Required value`,
      ],
    ],
    [
      { requests: [request], constraints: [{ matchAttribute: 'model' }] },
      [
        `${at}.constraints[0].matchAttribute: Invalid value: "model": a fully qualified name must be a domain and a name separated by a slash`,
      ],
    ],
    [
      {
        requests: [{ name: 'a', exactly: { ...exactly, tolerations: [{ operator: 'Exists', value: 'x' }] } }],
      },
      [
        `${at}.requests[0].exactly.tolerations[0].value: Invalid value: "x": must be empty for operator \`Exists\``,
      ],
    ],
  ];
  for (const [devices, expected] of table) {
    test(JSON.stringify(devices).slice(0, 100), () => {
      assert.deepEqual(problems(claims, claimOf(devices)), expected);
    });
  }

  test('keep their spec', () => {
    assert.deepEqual(
      updateProblems(claims, claimOf({ requests: [] }), claimOf({})).map((text) =>
        text.replace(/value: .*: /, ''),
      ),
      ['spec: Invalid field is immutable'],
    );
  });

  const result = { request: 'a', driver: 'd.example.com', pool: 'p', device: 'x' };
  const allocation = { devices: { results: [result] } };
  const statusProblems = (status: unknown, old: unknown = {}) =>
    updateProblems(
      claims,
      claimOf({ requests: [request] }, status),
      claimOf({ requests: [request] }, old),
      'status',
    );

  test('are reserved only when allocated', () => {
    const reservedFor = [{ resource: 'pods', name: 'p', uid: '1' }];
    assert.deepEqual(statusProblems({ allocation, reservedFor }), []);
    assert.deepEqual(statusProblems({ reservedFor }), [
      'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
    ]);
    assert.deepEqual(statusProblems({ allocation, reservedFor: [{}] }), [
      'status.reservedFor[0].resource: Required value',
      'status.reservedFor[0].name: Required value',
      'status.reservedFor[0].uid: Required value',
    ]);
  });

  test('are allocated once', () => {
    const other = { devices: { results: [{ ...result, device: 'y' }] } };
    assert.match(
      statusProblems({ allocation: other }, { allocation })[0]!,
      /^status.allocation: .*immutable$/,
    );
    assert.deepEqual(
      statusProblems({ allocation: { devices: { results: [{ ...result, request: 'z' }] } } }),
      [`status.allocation.devices.results[0].request: Invalid value: "z": ${notARequest}`],
    );
  });

  test('report only about devices they have', () => {
    const device = {
      driver: 'd.example.com',
      pool: 'p',
      device: 'x',
      networkData: { ips: ['10.0.0.1', '10.0.0.1/24'] },
    };
    assert.deepEqual(statusProblems({ allocation, devices: [device] }), [
      'status.devices[0].networkData.ips[0]: Invalid value: "10.0.0.1": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
    ]);
    const unknown = statusProblems({ devices: [{ driver: 'a.b', pool: 'p', device: 'z' }] });
    assert.deepEqual(unknown, [
      'status.devices[0]: Invalid value: {"Driver":"a.b","Pool":"p","Device":"z","ShareID":""}: must be an allocated device in the claim',
    ]);
    const freed = claimOf({}, { devices: [device] });
    const { strategy } = claims.subresources['status'] as ObjectSubresource;
    strategy.prepareForUpdate!(freed, claimOf({}, { allocation, devices: [device] }), contextOf());
    assert.deepEqual(freed['status'], {});
  });

  test('table', () => {
    const stateOf = (status: unknown, deletionTimestamp?: string) => {
      const claim = claimOf({}, status);
      if (deletionTimestamp) claim.metadata.deletionTimestamp = deletionTimestamp;
      return cells(claims, claim)[1];
    };
    assert.equal(stateOf({}), 'pending');
    assert.equal(stateOf({ allocation, reservedFor: [{}] }), 'allocated,reserved');
    assert.equal(stateOf({}, now), 'deleted');
  });
});

test('who wants to see what others use is in a namespace that allows it', () => {
  const request = (adminAccess: boolean) => ({ name: 'a', exactly: { ...exactly, adminAccess } });
  const spec = { devices: { requests: [{ ...request(false), name: 'b' }, request(true)] } };
  const [claim, template] = [manifest(claims, { spec }), manifest(templates, { spec: { spec } })];
  const detail =
    'adminAccess: Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace';
  for (const [definition, object] of [
    [claims, claim],
    [templates, template],
  ] as const) {
    const inNamespace = (value: string) =>
      problems(definition, object, {
        ...contextOf(),
        namespaceLabels: () => ({ 'resource.kubernetes.io/admin-access': value }),
      });
    assert.deepEqual(inNamespace('true'), []);
    assert.deepEqual(inNamespace('false'), [`spec.devices.requests[1].${detail}`]);
    assert.deepEqual(updateProblems(definition, object, object), []);
  }
  const result = { request: 'a', driver: 'd', pool: 'p', device: 'x', adminAccess: true };
  const allocated = { ...claim, status: { allocation: { devices: { results: [result] } } } };
  const without = {
    ...claim,
    status: { allocation: { devices: { results: [{ ...result, adminAccess: false }] } } },
  };
  assert.equal(
    updateProblems(claims, allocated, without, 'status')[0],
    `status.allocation.devices.results[0].${detail}`,
  );
  assert.deepEqual(updateProblems(claims, allocated, claim, 'status'), [
    `status.allocation.devices.results[0].${detail}`,
  ]);
  assert.deepEqual(updateProblems(claims, allocated, allocated, 'status'), []);
});

test('templates hold the spec of a claim', () => {
  const template = manifest(templates, {
    spec: { spec: { devices: { requests: [{ name: 'A', exactly }] } } },
  });
  assert.match(
    problems(templates, template)[0]!,
    /^spec.spec.devices.requests\[0\].name: Invalid value: "A": /,
  );
  const good = manifest(templates, { spec: { spec: { devices: { requests: [{ name: 'a', exactly }] } } } });
  const [name, immutable] = updateProblems(templates, template, good);
  assert.match(name!, /^spec.spec.devices.requests\[0\].name: Invalid value: "A": /);
  assert.match(immutable!, /^spec: Invalid value: .*: field is immutable$/);
});

test('templates take labels and annotations, no other metadata', () => {
  const metadata = { finalizers: ['a.b/c'], uid: '1', name: 'x', labels: { 'a b': '' } };
  const template = manifest(templates, { spec: { metadata, spec: { devices: {} } } });
  const [label, ...others] = problems(templates, template);
  assert.match(label!, /^spec.metadata.labels: Invalid value: "a b": /);
  assert.deepEqual(others, [
    'spec.metadata.name: Forbidden: cannot be set',
    'spec.metadata.uID: Forbidden: cannot be set',
    'spec.metadata.finalizers: Forbidden: cannot be set',
  ]);
});

test('classes', () => {
  const of = (spec: Record<string, unknown>) => problems(classes, manifest(classes, { spec }));
  assert.deepEqual(
    of({ selectors: [{ cel: { expression: 'true' } }], extendedResourceName: 'example.com/gpu' }),
    [],
  );
  assert.deepEqual(of({ selectors: [{}], config: [{}], extendedResourceName: 'cpu' }), [
    'spec.selectors[0].cel: Required value',
    'spec.config[0].opaque: Required value',
    'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
  ]);
});

describe('slices', () => {
  const spec = { driver: 'd.example.com', pool: { name: 'p', resourceSliceCount: 1 }, nodeName: 'n' };
  const sliceOf = (fields: Record<string, unknown>) => manifest(slices, { spec: { ...spec, ...fields } });
  const policy = (fields: Record<string, unknown>) => ({
    devices: [
      {
        name: 'a',
        allowMultipleAllocations: true,
        capacity: { memory: { value: '10Gi', requestPolicy: fields } },
      },
    ],
  });
  const inPolicy = 'spec.devices[0].capacity[memory].requestPolicy';
  const oneOf = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  const table: [Record<string, unknown>, string[]][] = [
    [{ devices: [{ name: 'a', attributes: { model: { string: 'x' } } }] }, []],
    [{ nodeName: undefined }, [`spec: Required value: ${oneOf}`]],
    [
      { allNodes: true },
      [`spec: Invalid value: "{\`nodeName\`, \`allNodes\`}": ${oneOf}, but multiple fields are set`],
    ],
    [{ pool: { name: 'p' } }, ['spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero']],
    [
      { devices: [{ name: 'a', attributes: { v: { version: '1.x' }, none: {} } }] },
      [
        'spec.devices[0].attributes[v].version: Invalid value: "1.x": must be a string compatible with semver.org spec 2.0.0',
        'spec.devices[0].attributes[none]: Invalid value: "": exactly one value must be specified',
      ],
    ],
    [
      { devices: [{ name: 'a', taints: [{ key: 'k', effect: 'Explode' }] }] },
      [
        'spec.devices[0].taints[0].effect: Unsupported value: "Explode": supported values: "NoExecute", "NoSchedule", "None"',
      ],
    ],
    [
      { devices: [{ name: 'a', bindingConditions: ['Ready'] }] },
      [
        'spec.devices[0].bindingFailureConditions: Invalid value: []: bindingFailureConditions are required to use bindingConditions',
      ],
    ],
    [{ sharedCounters: [{ name: 'c' }] }, ['spec.sharedCounters[0].counters: Required value']],
    [policy({ default: '1Gi', validRange: { min: '1Gi', step: '1Gi' } }), []],
    [
      policy({ default: '1Gi', validValues: ['2Gi', '20Gi'] }),
      [
        `${inPolicy}.validValues[1]: Invalid value: "20Gi": option is larger than capacity value: 10Gi`,
        `${inPolicy}.validValues: Invalid value: "1Gi": default value is not valid according to the requestPolicy`,
      ],
    ],
    [
      policy({ default: '3Gi', validRange: { min: '1Gi', max: '2Gi', step: '1Gi' } }),
      [`${inPolicy}.validRange.max: Invalid value: "3Gi": default is more than max: 2Gi`],
    ],
  ];
  for (const [fields, expected] of table) {
    test(JSON.stringify(fields), () => assert.deepEqual(problems(slices, sliceOf(fields)), expected));
  }

  test('taints count from now', () => {
    const slice = sliceOf({ devices: [{ name: 'a', taints: [{ key: 'k', effect: 'NoSchedule' }] }] });
    slices.strategy.prepareForCreate!(slice, contextOf());
    const { devices } = slice['spec'] as { devices: { taints: unknown[] }[] };
    assert.deepEqual(devices[0]!.taints, [{ key: 'k', effect: 'NoSchedule', timeAdded: now }]);
  });

  test('of v1beta1 keep devices in basic', () => {
    const beta = versionOf(slices, 'v1beta1');
    const given = () =>
      sliceOf({ nodeName: '', devices: [{ name: 'a', basic: { attributes: { x: { int: 1 } } } }] });
    const stored = beta.toStored!(given());
    assert.deepEqual(stored['spec'], {
      driver: spec.driver,
      pool: spec.pool,
      devices: [{ name: 'a', attributes: { x: { int: 1 } } }],
    });
    assert.deepEqual((beta.fromStored!(stored)['spec'] as { devices: unknown }).devices, [
      { name: 'a', basic: { attributes: { x: { int: 1 } } } },
    ]);
  });

  test('keep their driver and pool', () => {
    assert.deepEqual(updateProblems(slices, sliceOf({ driver: 'e.example.com' }), sliceOf({})), [
      'spec.driver: Invalid value: "e.example.com": field is immutable',
    ]);
  });
});

test('taint rules', () => {
  const rule = manifest(taintRules, {
    spec: { deviceSelector: { pool: 'P' }, taint: { key: 'k', effect: 'NoExecute' } },
  });
  assert.equal(problems(taintRules, rule).length, 1);
  taintRules.strategy.prepareForCreate!(rule, contextOf());
  assert.deepEqual(cells(taintRules, rule).slice(1, 5), ['k', '', 'NoExecute', '0s']);
});

test('pool status requests', () => {
  const of = (spec: Record<string, unknown>, status?: unknown) =>
    manifest(poolRequests, { spec, ...(status ? { status } : {}) });
  const { limit } = defaulted(poolRequests, of({}))['spec'] as { limit: number };
  assert.equal(limit, 100);
  assert.deepEqual(problems(poolRequests, of({ driver: 'd', limit: 1001 })), [
    'spec.limit: Invalid value: 1001: must be less than or equal to 1000',
  ]);
  const pools = [
    { totalDevices: 4, allocatedDevices: 1 },
    { totalDevices: 2, validationError: 'x' },
  ];
  const conditions = [{ type: 'Complete', status: 'True', lastTransitionTime: now }];
  assert.deepEqual(cells(poolRequests, of({ driver: 'd' }, { poolCount: 3, pools, conditions })), [
    'x',
    'd',
    '6',
    '0',
    '1',
    '0',
    '1',
    3,
    'Complete (2/3 pools)',
    '0s',
  ]);
  assert.deepEqual(cells(poolRequests, of({ driver: 'd' })).slice(2, 8), ['-', '-', '-', '-', '-', 0]);
});
