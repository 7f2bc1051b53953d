import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IPod, IPodSpec, IPodStatus } from 'kubernetes-models/v1';
import type { FieldError } from '../../src/apimachinery/field-error.ts';
import { cloneJson } from '../../src/apimachinery/object.ts';
import { validatePodResize } from '../../src/resources/validation/pod-resize.ts';
import { validatePodStatusUpdate } from '../../src/resources/validation/pod-status-update.ts';
import {
  validatePodEphemeralContainersUpdate,
  validatePodUpdate,
} from '../../src/resources/validation/pod-update.ts';
import { defaultPod } from '../../src/resources/validation/pods-defaults.ts';
import { computeQOSClass } from '../../src/resources/validation/qos.ts';

function pod(spec: object = {}, status: object = {}, annotations: Record<string, string> = {}): IPod {
  const made = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', annotations },
    spec: { containers: [{ name: 'web', image: 'nginx:1' }], ...cloneJson(spec) },
    status: { qosClass: 'BestEffort', ...status },
  } as IPod;
  defaultPod(made);
  return made;
}

const texts = (errors: readonly FieldError[]) => errors.map(({ field, message }) => `${field}: ${message}`);
const updatable =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';

test('a pod keeps its spec but for a few fields', () => {
  const toleration = { key: 'a', operator: 'Exists' };
  const gated = (more: object = {}) => ({ schedulingGates: [{ name: 'a.io/g' }], ...more });
  const terms = (...values: string[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: values.map((key) => ({ key, operator: 'Exists' })) }],
        },
      },
    },
  });
  const cases: [object, object, ...string[]][] = [
    [{}, {}],
    [{}, { containers: [{ name: 'web', image: 'nginx:2', imagePullPolicy: 'IfNotPresent' }] }],
    [{}, { activeDeadlineSeconds: 5 }],
    [
      { activeDeadlineSeconds: 5 },
      { activeDeadlineSeconds: 6 },
      'spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value',
    ],
    [
      { activeDeadlineSeconds: 5 },
      {},
      'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
    ],
    [{}, { tolerations: [toleration] }],
    [
      { tolerations: [toleration] },
      {},
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
    [gated(), {}],
    [
      {},
      gated(),
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a.io/g'",
    ],
    [gated(), gated({ nodeSelector: { a: 'b' } })],
    [
      gated({ nodeSelector: { a: 'b' } }),
      gated(),
      'spec.nodeSelector: Invalid value: {}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ],
    [gated(terms('a')), gated(terms('a', 'b'))],
    [gated(), gated(terms('a'))],
    [
      gated(terms('a')),
      gated(terms('b')),
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {"matchExpressions":[{"key":"b","operator":"Exists"}]}: only additions are allowed (no mutations or deletions)',
    ],
    [{}, { nodeSelector: { a: 'b' } }, `${updatable}  nodeSelector: <unset> -> {"a":"b"}`],
    [{}, { hostname: 'x' }, `${updatable}  hostname: <unset> -> "x"`],
    [{}, { volumes: [] }],
    [
      {},
      {
        containers: [
          { name: 'web', image: 'nginx:1' },
          { name: 'b', image: 'b' },
        ],
      },
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
    [
      {},
      { containers: [{ name: 'web', image: 'nginx:1', command: ['sh'] }] },
      `${updatable}  containers[0].command: <unset> -> ["sh"]`,
    ],
    [{ terminationGracePeriodSeconds: -1 }, { terminationGracePeriodSeconds: 1 }],
  ];
  for (const [before, after, ...expected] of cases) {
    assert.deepEqual(texts(validatePodUpdate(pod(after), pod(before))), expected);
  }
  assert.deepEqual(
    texts(
      validatePodUpdate(
        pod({ nodeName: 'n' }, {}, { 'kubernetes.io/config.mirror': 'x' }),
        pod({ nodeName: 'n' }),
      ),
    ),
    ['metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation'],
  );
});

test('ephemeral containers only come', () => {
  const debug = { name: 'debug', image: 'busybox' };
  const cases: [object[], object[], ...string[]][] = [
    [[], [debug]],
    [[debug], [{ ...debug, name: 'b' }, debug]],
    [
      [debug],
      [],
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n',
    ],
    [
      [debug],
      [{ ...debug, tty: true }],
      'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed\n  tty: <unset> -> true',
    ],
    [
      [],
      [{ ...debug, ports: [{ containerPort: 1 }], targetContainerName: 'gone' }],
      'spec.ephemeralContainers[0].targetContainerName: Not found: "gone"',
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
    ],
    [[], [{ ...debug, name: 'web' }], 'spec.ephemeralContainers[0].name: Duplicate value: "web"'],
  ];
  for (const [before, after, ...expected] of cases) {
    const found = validatePodEphemeralContainersUpdate(
      pod({ ephemeralContainers: after }),
      pod({ ephemeralContainers: before }),
    );
    assert.deepEqual(texts(found), expected);
  }
});

test('resizing changes cpu and memory and nothing else', () => {
  const sized = (requests: object, more: object = {}) => ({
    containers: [{ name: 'web', image: 'nginx:1', resources: { requests }, ...more }],
  });
  const withInit = (requests: object, more: object = {}) => ({
    ...sized({ cpu: 1 }),
    initContainers: [{ name: 'init', image: 'busybox:1', resources: { requests }, ...more }],
  });
  const burstable = { qosClass: 'Burstable' };
  const cases: [object, object, ...string[]][] = [
    [sized({ cpu: 1 }), sized({ cpu: 2, memory: '1Gi' })],
    [
      sized({ cpu: 1 }),
      sized({ memory: 1 }),
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
    ],
    [
      sized({ cpu: 1 }),
      sized({ cpu: 1 }, { tty: true }),
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
    [
      sized({ cpu: 1 }),
      { ...sized({ cpu: 1 }), hostname: 'x' },
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
    [
      sized({ cpu: 1 }),
      sized({ cpu: 1 }, { name: 'b' }),
      'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
    ],
    [withInit({ cpu: 1 }), withInit({ cpu: 2 })],
    [
      withInit({ cpu: 1 }),
      withInit({ cpu: 1 }, { image: 'busybox:2' }),
      'spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable',
    ],
    [
      sized({ cpu: 1 }),
      sized({ cpu: 0 }),
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
  ];
  for (const [before, after, ...expected] of cases) {
    assert.deepEqual(texts(validatePodResize(pod(after, burstable), pod(before, burstable))), expected);
  }
});

test('the status of a pod', () => {
  const ended = { containerStatuses: [{ name: 'web', state: { terminated: { exitCode: 0 } } }] };
  const running = { containerStatuses: [{ name: 'web', state: { running: {} } }] };
  const never = { restartPolicy: 'Never' };
  const cases: [object, object, object, ...string[]][] = [
    [{}, {}, { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] }],
    [{}, {}, { qosClass: 'Burstable' }, 'status.qosClass: Invalid value: "Burstable": field is immutable'],
    [{}, ended, running],
    [
      never,
      ended,
      running,
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ],
    [
      {},
      {},
      { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] },
      'status.podIPs: Invalid value: [{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ],
    [
      { nodeName: 'n' },
      {},
      { nominatedNodeName: 'm' },
      'status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node',
    ],
  ];
  for (const [spec, before, after, ...expected] of cases) {
    assert.deepEqual(
      texts(validatePodStatusUpdate(pod(spec, after), pod(spec, before as IPodStatus))),
      expected,
    );
  }
});

test('claims and devices in the status of a pod', () => {
  const asking = {
    containers: [{ name: 'web', image: 'i', resources: { requests: { 'example.com/gpu': 1 } } }],
    resourceClaims: [{ name: 'own', resourceClaimTemplateName: 't' }],
  };
  const of = (status: object) => texts(validatePodStatusUpdate(pod(asking, status), pod(asking, {})));
  const mapping = { containerName: 'web', resourceName: 'example.com/gpu', requestName: 'r' };
  const claimed = (mappings: object[], resourceClaimName = 'c') =>
    of({ extendedResourceClaimStatus: { resourceClaimName, requestMappings: mappings } });
  const path = 'status.extendedResourceClaimStatus';
  assert.deepEqual(claimed([mapping]), []);
  assert.deepEqual(claimed([], ''), [
    `${path}.requestMappings: Required value: at least one request mapping is required`,
    `${path}.resourceClaimName: Required value`,
  ]);
  assert.deepEqual(
    claimed([mapping, { ...mapping, containerName: 'db' }, { ...mapping, resourceName: 'cpu' }, mapping]),
    [
      `${path}.requestMappings[1].containerName: Invalid value: "db": must match the name of an entry in spec.initContainers.name or spec.containers.name`,
      `${path}.requestMappings[2].resourceName: Invalid value: "cpu": must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests`,
      `${path}.requestMappings[3].containerName: Duplicate value: "web"`,
      `${path}.requestMappings[3].resourceName: Duplicate value: "example.com/gpu"`,
      `${path}.requestMappings[3].requestName: Duplicate value: "r"`,
    ],
  );
  const [name] = of({ resourceClaimStatuses: [{ name: 'own', resourceClaimName: 'X' }] });
  assert.match(name!, /^status.resourceClaimStatuses\[0\].resourceClaimName: Invalid value: "X": /);
  const device = { resourceID: 'x', health: 'Healthy', message: '' };
  const allocated = [{ name: 'example.com/gpu', resources: [device] }];
  assert.deepEqual(of({ containerStatuses: [{ name: 'web', allocatedResourcesStatus: allocated }] }), [
    'status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].message: Required value: must be non-empty if specified',
  ]);
});

test('quality of service', () => {
  const spec = (...resources: object[]) =>
    ({ containers: resources.map((resources, i) => ({ name: `c${i}`, resources })) }) as IPodSpec;
  const both = { cpu: 1, memory: '1Gi' };
  const cases: [IPodSpec, string][] = [
    [spec({}), 'BestEffort'],
    [spec({ requests: { 'example.com/gpu': 1 } }), 'BestEffort'],
    [spec({ limits: both, requests: both }), 'Guaranteed'],
    [spec({ limits: both, requests: { cpu: '1000m', memory: '1024Mi' } }), 'Guaranteed'],
    [spec({ limits: both, requests: both }, {}), 'Burstable'],
    [spec({ limits: both, requests: { cpu: '500m', memory: '1Gi' } }), 'Burstable'],
    [{ ...spec({}), resources: { limits: both, requests: both } }, 'Guaranteed'],
    [{ ...spec({ limits: both, requests: both }), resources: {} }, 'BestEffort'],
  ];
  for (const [given, expected] of cases) assert.equal(computeQOSClass(given), expected);
});
