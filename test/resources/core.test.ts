import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloneJson, type KubeObject } from '../../src/apimachinery/object.ts';
import { resetFields } from '../../src/registry/strategy.ts';
import { core } from '../../src/resources/core/index.ts';
import type { ObjectSubresource, ResourceDefinition } from '../../src/scheme/definition.ts';
import { cells, columns, contextOf, defaulted, manifest, now, problems, updateProblems } from './helper.ts';

const kind = (resource: string): ResourceDefinition => core.find((one) => one.resource === resource)!;

const pods = kind('pods');
const services = kind('services');
const claims = kind('persistentvolumeclaims');
const volumes = kind('persistentvolumes');
const namespaces = kind('namespaces');
const nodes = kind('nodes');
const secrets = kind('secrets');
const quotas = kind('resourcequotas');

/** What a write leaves to be stored: defaults, reset fields and the strategy's preparation. */
function written(
  definition: ResourceDefinition,
  object: KubeObject,
  old?: KubeObject,
  subresource = '',
): KubeObject {
  const strategy =
    subresource === ''
      ? definition.strategy
      : (definition.subresources[subresource] as ObjectSubresource).strategy;
  const copy = defaulted(definition, object);
  resetFields(strategy, copy, old);
  if (old) strategy.prepareForUpdate?.(copy, old, contextOf());
  else strategy.prepareForCreate?.(copy, contextOf());
  return copy;
}

const warningsOf = (definition: ResourceDefinition, object: KubeObject, old?: KubeObject): string[] =>
  definition.strategy.warnings?.(defaulted(definition, object), old, contextOf()) ?? [];

const podSpec = (fields: Record<string, unknown> = {}) => ({
  containers: [{ name: 'c', image: 'nginx:1.29' }],
  ...fields,
});
const pod = (spec: Record<string, unknown> = {}, metadata: KubeObject['metadata'] = {}) =>
  manifest(pods, { spec: podSpec(spec) }, metadata);

describe('pods', () => {
  const qos: [string, Record<string, unknown>[], string][] = [
    ['nothing asked', [{}], 'BestEffort'],
    ['a request', [{ requests: { cpu: '1' } }], 'Burstable'],
    ['limits on all', [{ limits: { cpu: '1', memory: '1Gi' } }], 'Guaranteed'],
    ['limits on one of two', [{ limits: { cpu: '1', memory: '1Gi' } }, {}], 'Burstable'],
    [
      'less asked than allowed',
      [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }],
      'Burstable',
    ],
  ];
  for (const [name, resources, expected] of qos) {
    test(`start pending, with their QoS class: ${name}`, () => {
      const containers = resources.map((one, i) => ({ name: `c${i}`, image: 'i', resources: one }));
      const sent = manifest(pods, { spec: { containers }, status: { phase: 'Running' } });
      assert.deepEqual(written(pods, sent)['status'], { phase: 'Pending', qosClass: expected });
    });
  }

  test('have the QoS class of what they ask for as a whole, be it nothing', () => {
    const limited = { name: 'c', image: 'i', resources: { limits: { cpu: '1', memory: '1Gi' } } };
    const sent = manifest(pods, { spec: { containers: [limited], resources: {} } });
    assert.deepEqual(written(pods, sent)['status'], { phase: 'Pending', qosClass: 'BestEffort' });
  });

  test('with scheduling gates say that they wait', () => {
    const { status } = written(pods, pod({ schedulingGates: [{ name: 'g' }] })) as unknown as {
      status: { conditions: unknown[] };
    };
    assert.deepEqual(status.conditions, [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
        lastTransitionTime: now,
      },
    ]);
  });

  test('merge label keys into selectors', () => {
    const term = (fields: Record<string, unknown>) => ({
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: {}, ...fields }],
    });
    const { spec } = written(
      pods,
      pod(
        {
          affinity: {
            podAffinity: term({ matchLabelKeys: ['app'] }),
            podAntiAffinity: term({ mismatchLabelKeys: ['app', 'absent'] }),
          },
        },
        { labels: { app: 'web' } },
      ),
    ) as unknown as { spec: { affinity: Record<string, ReturnType<typeof term>> } };
    const selectorOf = (field: string) =>
      spec.affinity[field]!.requiredDuringSchedulingIgnoredDuringExecution[0]!.labelSelector;
    const expression = { key: 'app', values: ['web'] };
    assert.deepEqual(selectorOf('podAffinity'), { matchExpressions: [{ ...expression, operator: 'In' }] });
    assert.deepEqual(selectorOf('podAntiAffinity'), {
      matchExpressions: [{ ...expression, operator: 'NotIn' }],
    });
  });

  test('mirror serviceAccount, addresses and host ports', () => {
    const { spec, status } = defaulted(
      pods,
      manifest(pods, {
        spec: podSpec({
          serviceAccount: 'builder',
          terminationGracePeriodSeconds: -5,
          hostNetwork: true,
          containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }],
        }),
        status: { podIP: '10.0.0.1' },
      }),
    ) as unknown as { spec: Record<string, unknown>; status: unknown };
    assert.equal(spec['serviceAccountName'], 'builder');
    assert.equal(spec['terminationGracePeriodSeconds'], 1);
    assert.deepEqual(status, { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] });
    assert.deepEqual((spec['containers'] as { ports: unknown[] }[])[0]!.ports, [
      { containerPort: 80, hostPort: 80, protocol: 'TCP' },
    ]);
  });

  test('get the time to end that they ask for, unless they run nowhere', () => {
    const grace = (fields: Record<string, unknown>, requested?: number, status = {}) =>
      pods.strategy.gracePeriodSeconds!(manifest(pods, { spec: podSpec(fields), status }), requested);
    const bound = { nodeName: 'n', terminationGracePeriodSeconds: 30 };
    assert.equal(grace(bound), 30);
    assert.equal(grace(bound, 5), 5);
    assert.equal(grace(bound, -1), 1);
    assert.equal(grace({ terminationGracePeriodSeconds: 30 }, 10), 0);
    assert.equal(grace(bound, 10, { phase: 'Failed' }), 0);
  });

  test('turn AppArmor annotations into fields and say so', () => {
    const said: string[] = [];
    const sent = defaulted(
      pods,
      pod({}, { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'localhost/strict' } }),
    );
    pods.strategy.prepareForCreate!(sent, { ...contextOf(), warn: (text) => said.push(text) });
    const [container] = (sent['spec'] as { containers: { securityContext: unknown }[] }).containers;
    assert.deepEqual(container!.securityContext, {
      appArmorProfile: { type: 'Localhost', localhostProfile: 'strict' },
    });
    assert.deepEqual(said, [
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead',
    ]);
  });

  test('warn about what clients get wrong', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
      { name: 'P', value: '/bin' },
      { name: 'P', value: '$(P):/sbin' },
    ];
    const ports = [
      { name: 'http', containerPort: 80, hostIP: '1.2.3.4' },
      { name: 'http', containerPort: 80 },
    ];
    const sent = pod(
      {
        containers: [{ name: 'c', image: 'i', env, ports, resources: { limits: { memory: '100m' } } }],
        nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
        imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}],
        hostAliases: [{ ip: '010.0.0.1' }],
        topologySpreadConstraints: [{ topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
        volumes: [
          {
            name: 'v',
            configMap: {
              name: 'cm',
              items: [
                { key: 'a', path: 'p' },
                { key: 'b', path: 'p/q' },
              ],
            },
          },
        ],
      },
      { name: 'a.b', annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default' } },
    );
    assert.deepEqual(warningsOf(pods, sent), [
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      'spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod',
      'volume "v" (ConfigMap "cm"): overlapping paths: "p/q" with "p"',
      'spec.imagePullSecrets[1].name: duplicate name "a"',
      'spec.imagePullSecrets[2].name: invalid empty name ""',
      'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
      'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
      'spec.containers[0].ports[0]: hostIP set without hostPort: {Name:http HostPort:0 ContainerPort:80 Protocol:TCP HostIP:1.2.3.4}',
      'spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]',
      'spec.containers[0].ports[1]: duplicate port name "http" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]',
      'spec.hostAliases[0].ip: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"',
    ]);
  });

  test('through /resize change nothing but resources', () => {
    const old = defaulted(pods, pod({ containers: [{ name: 'c', image: 'i' }] }, { labels: { a: '1' } }));
    const sent = pod(
      { containers: [{ name: 'c', image: 'other', resources: { limits: { cpu: '2' } } }], hostname: 'h' },
      { labels: { a: '2' } },
    );
    const result = written(pods, sent, old, 'resize');
    const expected = cloneJson(old) as unknown as { spec: { containers: Record<string, unknown>[] } };
    expected.spec.containers[0]!['resources'] = { limits: { cpu: '2' }, requests: { cpu: '2' } };
    assert.deepEqual(result, expected);
  });

  test('through /ephemeralcontainers gain nothing but ephemeral containers', () => {
    const old = defaulted(pods, pod());
    const debug = { name: 'd', image: 'busybox' };
    const result = written(
      pods,
      pod({ hostname: 'h', ephemeralContainers: [debug] }),
      old,
      'ephemeralcontainers',
    );
    const { spec } = result as unknown as {
      spec: { hostname?: string; ephemeralContainers: { name: string }[] };
    };
    assert.equal(spec.hostname, undefined);
    assert.deepEqual(
      spec.ephemeralContainers.map(({ name }) => name),
      ['d'],
    );
  });

  test('are selected by fields', () => {
    const value = (name: string, object: KubeObject) => pods.selectableFields[name]!(object);
    assert.equal(value('spec.hostNetwork', pod()), 'false');
    assert.equal(value('spec.hostNetwork', pod({ hostNetwork: true })), 'true');
    assert.equal(value('spec.nodeName', pod({ nodeName: 'n' })), 'n');
  });

  const container = (state: Record<string, unknown>, fields: Record<string, unknown> = {}) => ({
    name: 'c',
    ready: false,
    restartCount: 0,
    state,
    ...fields,
  });
  const rows: [string, Record<string, unknown>, Record<string, unknown>, unknown[]][] = [
    ['pending', {}, { phase: 'Pending' }, ['0/1', 'Pending', '0']],
    [
      'running',
      {},
      { phase: 'Running', containerStatuses: [container({ running: {} }, { ready: true })] },
      ['1/1', 'Running', '0'],
    ],
    [
      'crashing',
      {},
      {
        phase: 'Running',
        containerStatuses: [
          container(
            { waiting: { reason: 'CrashLoopBackOff' } },
            {
              restartCount: 3,
              lastState: { terminated: { exitCode: 1, finishedAt: '2025-12-31T23:55:00Z' } },
            },
          ),
        ],
      },
      ['0/1', 'CrashLoopBackOff', '3 (5m ago)'],
    ],
    [
      'initializing',
      { initContainers: [{ name: 'i' }, { name: 'j' }] },
      {
        phase: 'Pending',
        initContainerStatuses: [
          container({ terminated: { exitCode: 0 } }, { name: 'i' }),
          container({ waiting: { reason: 'PodInitializing' } }, { name: 'j' }),
        ],
      },
      ['0/1', 'Init:1/2', '0'],
    ],
    [
      'with a sidecar',
      { initContainers: [{ name: 'i', restartPolicy: 'Always' }] },
      {
        phase: 'Running',
        initContainerStatuses: [container({ running: {} }, { name: 'i', started: true, ready: true })],
        containerStatuses: [container({ running: {} }, { ready: true })],
      },
      ['2/2', 'Running', '0'],
    ],
    [
      'done',
      {},
      {
        phase: 'Succeeded',
        containerStatuses: [container({ terminated: { exitCode: 0, reason: 'Completed' } })],
      },
      ['0/1', 'Completed', '0'],
    ],
    [
      'killed',
      {},
      { phase: 'Failed', containerStatuses: [container({ terminated: { exitCode: 137, signal: 9 } })] },
      ['0/1', 'Signal:9', '0'],
    ],
    [
      'gated',
      {},
      {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      },
      ['0/1', 'SchedulingGated', '0'],
    ],
  ];
  for (const [name, spec, status, expected] of rows) {
    test(`show up in a table: ${name}`, () => {
      assert.deepEqual(cells(pods, manifest(pods, { spec: podSpec(spec), status })).slice(1, 4), expected);
    });
  }

  test('that are going show it', () => {
    const going = manifest(
      pods,
      { spec: podSpec(), status: { phase: 'Running' } },
      { deletionTimestamp: now },
    );
    assert.equal(cells(pods, going)[2], 'Terminating');
  });
});

describe('namespaces', () => {
  test('carry their name, their finalizer and their phase', () => {
    const stored = written(namespaces, manifest(namespaces, {}, { name: 'team' }));
    assert.deepEqual(stored.metadata.labels, { 'kubernetes.io/metadata.name': 'team' });
    assert.deepEqual(stored['spec'], { finalizers: ['kubernetes'] });
    assert.deepEqual(stored['status'], { phase: 'Active' });
    assert.equal(namespaces.strategy.holdsDeletion!(stored), true);
    namespaces.strategy.prepareForDeletion!(stored, contextOf());
    assert.deepEqual(stored['status'], { phase: 'Terminating' });
  });

  test('lose finalizers only through /finalize', () => {
    const old = written(namespaces, manifest(namespaces, {}));
    const sent = manifest(namespaces, { spec: {} });
    assert.deepEqual(written(namespaces, sent, old)['spec'], { finalizers: ['kubernetes'] });
    const finalized = written(namespaces, sent, old, 'finalize');
    assert.equal(namespaces.strategy.holdsDeletion!(finalized), false);
  });

  test('have DNS labels for names', () => {
    assert.deepEqual(problems(namespaces, manifest(namespaces, {}, { name: 'a.b' })), [
      'metadata.name: must not contain dots',
    ]);
  });

  test('have a phase that fits', () => {
    const object = manifest(namespaces, { status: { phase: 'Terminating' } });
    assert.deepEqual(updateProblems(namespaces, object, object, 'status'), [
      'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    ]);
  });
});

describe('secrets', () => {
  test('fold texts into data', () => {
    const { data, stringData, type } = defaulted(
      secrets,
      manifest(secrets, {
        data: { a: 'MQ==', b: 'Mg==' },
        stringData: { b: 'two', __proto__: null, c: '3' },
      }),
    );
    assert.deepEqual(data, { a: 'MQ==', b: 'dHdv', c: 'Mw==' });
    assert.equal(stringData, undefined);
    assert.equal(type, 'Opaque');
  });

  const table: [Record<string, unknown>, string[]][] = [
    [{ data: { 'a.b_c-D': '' } }, []],
    [
      { data: { 'a/b': '' } },
      [
        "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ],
    ],
    [
      { type: 'kubernetes.io/service-account-token' },
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    [{ type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }, ['data[tls.key]: Required value']],
    [
      { type: 'kubernetes.io/basic-auth' },
      ['data[username]: Required value', 'data[password]: Required value'],
    ],
    [
      { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '[]' } },
      [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}',
      ],
    ],
    [
      { data: { big: Buffer.alloc(1024 * 1024 + 1).toString('base64') } },
      ['data: Too long: may not be more than 1048576 bytes'],
    ],
  ];
  for (const [fields, expected] of table) {
    test(`are checked: ${JSON.stringify(fields).slice(0, 60)}`, () => {
      assert.deepEqual(problems(secrets, manifest(secrets, fields)), expected);
    });
  }

  test('keep type and, when immutable, data', () => {
    const old = manifest(secrets, { immutable: true, data: { a: 'MQ==' } });
    assert.deepEqual(updateProblems(secrets, manifest(secrets, { type: 'x', data: { a: 'Mg==' } }), old), [
      'type: Invalid value: "x": field is immutable',
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});

test('config maps keep what is immutable and each key once', () => {
  const configMaps = kind('configmaps');
  assert.deepEqual(problems(configMaps, manifest(configMaps, { data: { k: '' }, binaryData: { k: '' } })), [
    'data[k]: Invalid value: "k": duplicate of key present in binaryData',
  ]);
  const old = manifest(configMaps, { immutable: true, data: { k: '1' } });
  assert.deepEqual(
    updateProblems(configMaps, manifest(configMaps, { immutable: true, data: { k: '2' } }), old),
    ['data: Forbidden: field is immutable when `immutable` is set'],
  );
  assert.deepEqual(cells(configMaps, manifest(configMaps, { data: { a: '' }, binaryData: { b: '' } }))[1], 2);
});

const service = (spec: Record<string, unknown>, metadata: KubeObject['metadata'] = {}) =>
  manifest(services, { spec: { ports: [{ port: 80 }], ...spec } }, metadata);

describe('services', () => {
  test('get their defaults', () => {
    assert.deepEqual(defaulted(services, service({}))['spec'], {
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
    });
    const { spec } = defaulted(services, service({ type: 'LoadBalancer', sessionAffinity: 'ClientIP' }));
    const { allocateLoadBalancerNodePorts, externalTrafficPolicy, sessionAffinityConfig } = spec as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      { allocateLoadBalancerNodePorts, externalTrafficPolicy, sessionAffinityConfig },
      {
        allocateLoadBalancerNodePorts: true,
        externalTrafficPolicy: 'Cluster',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
      },
    );
  });

  const table: [string, Record<string, unknown>, string[]][] = [
    ['fine', {}, []],
    ['no ports', { ports: [] }, ['spec.ports: Required value']],
    ['headless without ports', { ports: [], clusterIP: 'None', clusterIPs: ['None'] }, []],
    [
      'ports without names',
      { ports: [{ port: 80 }, { port: 81 }] },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'ports twice',
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'a', port: 80 },
        ],
      },
      [
        'spec.ports[1].name: Duplicate value: "a"',
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
      ],
    ],
    [
      'a port out of range',
      { ports: [{ port: 70000, targetPort: 80 }] },
      ['spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      'an unknown type',
      { type: 'Magic' },
      [
        'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    ['an external name missing', { type: 'ExternalName', ports: [] }, ['spec.externalName: Required value']],
    [
      'a cluster IP that is none',
      { clusterIP: '1.2.3', clusterIPs: ['1.2.3'] },
      [
        'spec.clusterIPs[0]: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    [
      'cluster IPs that disagree',
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`'],
    ],
    [
      'a headless load balancer',
      { type: 'LoadBalancer', clusterIP: 'None', clusterIPs: ['None'] },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for LoadBalancer services'],
    ],
    [
      'a node port where there is none',
      { ports: [{ port: 80, nodePort: 30000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'a policy for inside traffic only',
      { externalTrafficPolicy: 'Local' },
      [
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      ],
    ],
    [
      'a loopback address',
      { externalIPs: ['127.0.0.1'] },
      [
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      'source ranges without load balancer',
      { loadBalancerSourceRanges: ['10.0.0.0/8'] },
      ["spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    [
      'a distribution',
      { trafficDistribution: 'Far' },
      [
        'spec.trafficDistribution: Unsupported value: "Far": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
      ],
    ],
  ];
  for (const [name, spec, expected] of table) {
    test(`are checked: ${name}`, () => assert.deepEqual(problems(services, service(spec)), expected));
  }

  const allocated = defaulted(
    services,
    service({
      type: 'NodePort',
      clusterIP: '10.0.0.7',
      clusterIPs: ['10.0.0.7'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ port: 80, nodePort: 30080 }],
    }),
  );

  test('keep what was allocated when the same manifest comes again', () => {
    const { spec } = written(services, service({ type: 'NodePort' }), allocated) as unknown as {
      spec: { clusterIP: string; clusterIPs: string[]; ports: { nodePort: number }[] };
    };
    assert.deepEqual(
      [spec.clusterIP, spec.clusterIPs, spec.ports[0]!.nodePort],
      ['10.0.0.7', ['10.0.0.7'], 30080],
    );
  });

  test('lose what their new type has no use for', () => {
    const sent = cloneJson(allocated);
    Object.assign(sent['spec'] as object, { type: 'ExternalName', externalName: 'example.com' });
    const result = written(services, sent, allocated);
    assert.deepEqual(result['spec'], {
      type: 'ExternalName',
      externalName: 'example.com',
      sessionAffinity: 'None',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    });
    assert.deepEqual(updateProblems(services, result, allocated), []);
  });

  test('spread no traffic when they are only a name', () => {
    const named = { type: 'ExternalName', externalName: 'example.com', internalTrafficPolicy: 'Local' };
    const policyOf = ({ spec }: KubeObject) => (spec as Record<string, unknown>)['internalTrafficPolicy'];
    assert.equal(policyOf(written(services, service(named))), undefined);
    assert.equal(policyOf(written(services, service(named), allocated)), undefined);
    assert.deepEqual(
      problems(services, written(services, service({ ...named, internalTrafficPolicy: 'Some' }))),
      ['spec.internalTrafficPolicy: Unsupported value: "Some": supported values: "Cluster", "Local"'],
    );
  });

  test('hear of an address that makes no sense, not that it may not change', () => {
    const findings = (spec: Record<string, unknown>) =>
      updateProblems(services, written(services, service(spec), allocated), allocated);
    assert.deepEqual(findings({ clusterIPs: ['10.0.0.8'] }), [
      'spec.clusterIPs: Invalid value: ["10.0.0.8"]: first value must match `clusterIP`',
    ]);
    assert.deepEqual(findings({ clusterIP: 'x' }), [
      'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
    assert.match(
      findings({ ipFamilies: ['IPv6'] }).join(),
      /^spec.clusterIPs\[0\]: [^|]*expected an IPv6 value/,
    );
  });

  test('keep their cluster IP', () => {
    const sent = service({ type: 'NodePort', clusterIP: '10.0.0.8' });
    assert.deepEqual(updateProblems(services, written(services, sent, allocated), allocated), [
      'spec.clusterIPs[0]: Invalid value: ["10.0.0.8"]: may not change once set',
    ]);
  });

  test('warn about addresses and old fields', () => {
    assert.deepEqual(warningsOf(services, service({ externalIPs: ['010.1.1.1'], externalName: 'x' })), [
      'spec.externalIPs[0]: non-standard IP address "010.1.1.1" is invalid: use "10.1.1.1"',
      'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ]);
  });

  test('show up in a table', () => {
    assert.deepEqual(columns(services), [
      'Name',
      'Type',
      'Cluster-IP',
      'External-IP',
      'Port(s)',
      'Age',
      '[Selector]',
    ]);
    assert.deepEqual(cells(services, { ...allocated, metadata: { name: 'x', creationTimestamp: now } }), [
      'x',
      'NodePort',
      '10.0.0.7',
      '<none>',
      '80:30080/TCP',
      '0s',
      '<none>',
    ]);
    const balancer = service({ type: 'LoadBalancer', selector: { b: '2', a: '1' } });
    assert.deepEqual(cells(services, balancer)[3], '<pending>');
    assert.deepEqual(cells(services, balancer)[6], 'a=1,b=2');
  });
});

const claim = (spec: Record<string, unknown> = {}, status?: Record<string, unknown>) =>
  manifest(claims, {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    ...(status ? { status } : {}),
  });

describe('persistent volume claims', () => {
  test('start pending and align their data sources', () => {
    const snapshot = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' };
    const { spec, status } = written(
      claims,
      claim({ dataSource: snapshot }, { phase: 'Bound' }),
    ) as unknown as {
      spec: Record<string, unknown>;
      status: unknown;
    };
    assert.deepEqual(spec['dataSourceRef'], snapshot);
    assert.deepEqual(status, { phase: 'Pending' });
    const custom = { apiGroup: 'example.com', kind: 'Backup', name: 'b' };
    assert.equal(
      (written(claims, claim({ dataSource: custom }))['spec'] as Record<string, unknown>)['dataSource'],
      undefined,
    );
    assert.deepEqual(
      (written(claims, claim({ dataSourceRef: custom }))['spec'] as Record<string, unknown>)['dataSource'],
      custom,
    );
  });

  test('say the same in both forms of a data source', () => {
    const snapshot = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' };
    const differing = claim({ dataSource: { ...snapshot, name: 't' }, dataSourceRef: snapshot });
    assert.deepEqual(problems(claims, differing), ['spec: Invalid value: {}: must match dataSourceRef']);
  });

  test('ask for storage', () => {
    assert.deepEqual(problems(claims, manifest(claims, { spec: {} })), [
      'spec.accessModes: Required value: at least 1 access mode is required',
      'spec.resources[storage]: Required value',
    ]);
  });

  const bound = { phase: 'Bound', capacity: { storage: '1Gi' } };
  const updates: [string, KubeObject, KubeObject, RegExp | undefined][] = [
    ['bind', claim({ volumeName: 'v' }), claim(), undefined],
    [
      'bind again',
      claim({ volumeName: 'w' }),
      claim({ volumeName: 'v' }),
      /^spec: Forbidden: spec is immutable after creation except resources\.requests/,
    ],
    ['get a first class', claim({ storageClassName: 'fast' }), claim(), undefined],
    [
      'change class',
      claim({ storageClassName: 'slow' }),
      claim({ storageClassName: 'fast' }),
      /^spec: Forbidden/,
    ],
    [
      'grow when bound',
      claim({ resources: { requests: { storage: '2Gi' } } }, bound),
      claim({}, bound),
      undefined,
    ],
    ['grow unbound', claim({ resources: { requests: { storage: '2Gi' } } }), claim(), /^spec: Forbidden/],
    [
      'shrink',
      claim({ resources: { requests: { storage: '1Mi' } } }, bound),
      claim({}, bound),
      /^spec\.resources\.requests\.storage: Forbidden: field can not be less than status\.capacity$/,
    ],
  ];
  for (const [name, object, old, expected] of updates) {
    test(`may ${expected ? 'not ' : ''}${name}`, () => {
      const found = updateProblems(claims, object, old);
      if (expected) assert.match(found.join('\n'), expected);
      else assert.deepEqual(found, []);
    });
  }
});

describe('persistent volumes', () => {
  const volume = (spec: Record<string, unknown> = {}) =>
    manifest(volumes, {
      spec: {
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '1Gi' },
        hostPath: { path: '/data' },
        ...spec,
      },
    });

  test('start pending at a known time', () => {
    assert.deepEqual(written(volumes, volume())['status'], {
      phase: 'Pending',
      lastPhaseTransitionTime: now,
    });
    const old = written(volumes, volume());
    const bound = written(
      volumes,
      { ...volume(), status: { phase: 'Bound' } },
      { ...old, status: { phase: 'Pending' } },
      'status',
    );
    assert.deepEqual(bound['status'], { phase: 'Bound', lastPhaseTransitionTime: now });
  });

  const table: [string, Record<string, unknown>, string[]][] = [
    ['fine', {}, []],
    ['no source', { hostPath: undefined }, ['spec: Required value: must specify a volume type']],
    [
      'two sources',
      { nfs: { server: 's', path: '/x' } },
      ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'two sources of odd names',
      { cephfs: { monitors: ['m'] }, flexVolume: { driver: '' } },
      [
        'spec.cephFS: Forbidden: may not specify more than 1 volume type',
        'spec.flexVolume.driver: Required value',
      ],
    ],
    [
      'an initiator of no known kind',
      {
        hostPath: undefined,
        iscsi: { targetPortal: '1.2.3.4', iqn: 'iqn.2001-04.com.example:x', lun: 0, initiatorName: 'x' },
      },
      ['spec.iscsi.initiatorname: Invalid value: "x": must be valid format'],
    ],
    ['no path', { hostPath: {} }, ['spec.hostPath.path: Required value']],
    [
      'a local disk of no node',
      { hostPath: undefined, local: { path: '/d' } },
      ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
    ],
    [
      'recycling a disk',
      { hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' },
      ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
    ],
    [
      'no capacity',
      { capacity: undefined },
      [
        'spec.capacity: Required value',
        'spec.capacity: Unsupported value: null: supported values: "storage"',
      ],
    ],
    [
      'a driver without handle',
      { hostPath: undefined, csi: { driver: 'd.example.com' } },
      ['spec.csi.volumeHandle: Required value'],
    ],
  ];
  for (const [name, spec, expected] of table) {
    test(`are checked: ${name}`, () => {
      const object = volume(spec);
      for (const key of Object.keys(spec)) {
        if (spec[key] === undefined) delete (object['spec'] as Record<string, unknown>)[key];
      }
      assert.deepEqual(problems(volumes, object), expected);
    });
  }

  test('stay where they are', () => {
    const moved = volume({ hostPath: { path: '/other' } });
    assert.match(
      updateProblems(volumes, moved, volume()).join('\n'),
      /^spec\.persistentvolumesource: Forbidden: spec\.persistentvolumesource is immutable after creation\n/,
    );
  });

  test('show up in a table', () => {
    const row = cells(volumes, {
      ...volume({ claimRef: { namespace: 'a', name: 'b' } }),
      status: { phase: 'Bound' },
    });
    assert.deepEqual(row.slice(1, 7), ['1Gi', 'RWO', '', 'Bound', 'a/b', '']);
  });
});

describe('nodes', () => {
  test('keep the status they register with, and defaults', () => {
    const stored = written(
      nodes,
      manifest(nodes, { spec: { podCIDR: '10.1.0.0/24' }, status: { capacity: { cpu: '4' } } }),
    );
    assert.deepEqual(stored['status'], { capacity: { cpu: '4' }, allocatable: { cpu: '4' } });
    assert.deepEqual(stored['spec'], { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'] });
    assert.deepEqual(written(nodes, manifest(nodes, { status: {} }), stored)['status'], stored['status']);
  });

  test('have taints once per key and effect', () => {
    const taint = { key: 'k', effect: 'NoSchedule' };
    assert.deepEqual(problems(nodes, manifest(nodes, { spec: { taints: [taint, taint] } })), [
      'metadata.taints[1]: Duplicate value: {"Key":"k","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
    ]);
  });

  test('keep pod ranges and provider', () => {
    const old = manifest(nodes, { spec: { podCIDRs: ['10.1.0.0/24'], providerID: 'p://1' } });
    assert.deepEqual(
      updateProblems(
        nodes,
        manifest(nodes, { spec: { podCIDRs: ['10.2.0.0/24'], providerID: 'p://2' } }),
        old,
      ),
      [
        'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
        'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
      ],
    );
  });

  test('say each address once', () => {
    const address = { type: 'InternalIP', address: '10.0.0.1' };
    const node = manifest(nodes, { status: { addresses: [address, address] } });
    assert.deepEqual(updateProblems(nodes, node, manifest(nodes, {}), 'status'), [
      'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}',
    ]);
  });

  test('show up in a table', () => {
    const node = manifest(
      nodes,
      {
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: 'Ready', status: 'True' }],
          addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
          nodeInfo: { kubeletVersion: 'v1.36.0', kernelVersion: '6.1', architecture: 'amd64' },
        },
      },
      {
        labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'db' },
        creationTimestamp: now,
      },
    );
    assert.deepEqual(cells(nodes, node), [
      'x',
      'Ready,SchedulingDisabled',
      'db,worker',
      '0s',
      'v1.36.0',
      '10.0.0.1',
      '<none>',
      '<unknown>',
      '6.1 (amd64)',
      '<unknown>',
    ]);
    assert.equal(nodes.selectableFields['spec.unschedulable']!(manifest(nodes, {})), 'false');
  });
});

describe('quotas and limits', () => {
  test('limit ranges fill defaults from maxima and minima', () => {
    const ranges = kind('limitranges');
    const item = { type: 'Container', max: { cpu: '2' }, min: { cpu: '100m', memory: '1Mi' } };
    const { spec } = defaulted(ranges, manifest(ranges, { spec: { limits: [item] } })) as unknown as {
      spec: { limits: Record<string, unknown>[] };
    };
    assert.deepEqual(spec.limits[0]!['default'], { cpu: '2' });
    assert.deepEqual(spec.limits[0]!['defaultRequest'], { cpu: '2', memory: '1Mi' });
    const wrong = [
      { type: 'Pod', max: { cpu: '1' }, min: { cpu: '2' }, default: { cpu: '1' } },
      { type: 'PersistentVolumeClaim' },
    ];
    assert.deepEqual(problems(ranges, manifest(ranges, { spec: { limits: wrong } })), [
      "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
      'spec.limits[1].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
    ]);
  });

  test('quotas limit what can be counted', () => {
    const check = (spec: Record<string, unknown>) => problems(quotas, manifest(quotas, { spec }));
    assert.deepEqual(
      check({ hard: { pods: '10', 'requests.example.com/gpu': '2', 'count/jobs.batch': '5' } }),
      [],
    );
    assert.deepEqual(check({ hard: { coffee: '1', pods: '1500m' } }), [
      'spec.hard[coffee]: Invalid value: "coffee": must be a standard resource type or fully qualified',
      'spec.hard[coffee]: Invalid value: "coffee": must be a standard resource for quota',
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
    ]);
    assert.deepEqual(check({ hard: { services: '1' }, scopes: ['BestEffort', 'NotBestEffort'] }), [
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: unsupported scope applied to resource',
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: unsupported scope applied to resource',
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ]);
    assert.deepEqual(
      warningsOf(quotas, manifest(quotas, { spec: { hard: { cpu: '2', 'limits.cpu': '1' } } })),
      ['ResourceQuota cpu (2) should be less than limits.cpu (1)'],
    );
  });

  test('quotas show requests and limits apart', () => {
    const status = { hard: { pods: '10', 'limits.cpu': '4', cpu: '2' }, used: { pods: '3' } };
    assert.deepEqual(cells(quotas, manifest(quotas, { status })).slice(1, 3), [
      'cpu: 0/2, pods: 3/10',
      'limits.cpu: 0/4',
    ]);
  });
});

describe('other core kinds', () => {
  test('replication controllers follow their template', () => {
    const controllers = kind('replicationcontrollers');
    const template = { metadata: { labels: { app: 'web' } }, spec: podSpec() };
    const stored = defaulted(controllers, manifest(controllers, { spec: { template } }));
    assert.deepEqual(stored.metadata.labels, { app: 'web' });
    assert.deepEqual((stored['spec'] as Record<string, unknown>)['selector'], { app: 'web' });
    assert.equal((stored['spec'] as Record<string, unknown>)['replicas'], 1);
    assert.deepEqual(problems(controllers, stored), []);
    assert.deepEqual(problems(controllers, manifest(controllers, { spec: { selector: { a: 'b' } } })), [
      'spec.template: Required value',
    ]);
  });

  test('endpoints hold addresses that can be reached', () => {
    const endpoints = kind('endpoints');
    const check = (subset: Record<string, unknown>) =>
      problems(endpoints, manifest(endpoints, { subsets: [subset] }));
    assert.deepEqual(check({}), [
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
    ]);
    assert.deepEqual(check({ addresses: [{ ip: '169.254.1.1' }], ports: [{ port: 1 }, { port: 2 }] }), [
      'subsets[0].addresses[0].ip: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      'subsets[0].ports[0].name: Required value',
      'subsets[0].ports[1].name: Required value',
    ]);
    const shown = { addresses: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }], ports: [{ port: 80 }, { port: 81 }] };
    assert.equal(
      cells(endpoints, manifest(endpoints, { subsets: [shown] }))[1],
      '10.0.0.1:80,[fd00::1]:80,10.0.0.1:81 + 1 more...',
    );
    assert.match(endpoints.versions[0]!.deprecation!, /^v1 Endpoints is deprecated in v1\.33\+/);
  });

  test('service accounts refer to secrets by name only', () => {
    const accounts = kind('serviceaccounts');
    const stored = written(
      accounts,
      manifest(accounts, { secrets: [{ name: 's', namespace: 'n', kind: 'Secret' }] }),
    );
    assert.deepEqual(stored['secrets'], [{ name: 's' }]);
  });
});
