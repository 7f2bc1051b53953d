import { alsoIn, counted, type KindCase, now } from './kind-case.ts';

const group = 'resource.k8s.io';
const exactly = { deviceClassName: 'gpu' };
const exactlyDefaults = { allocationMode: 'ExactCount', count: 1 };

const deviceClass: KindCase = {
  of: `${group}/v1/deviceclasses`,
  manifest: { spec: { selectors: [{ cel: { expression: 'device.driver == "gpu.example.com"' } }] } },
  change: { spec: { extendedResourceName: 'example.com/gpu' } },
  generation: counted,
  spoil: { spec: { selectors: [{}] } },
  refusal: 'spec.selectors[0].cel: Required value',
  columns: 'Name#|Age',
  cells: ['sample', '0s'],
};

const claimCase = (request: object, defaults: object): KindCase => ({
  of: `${group}/v1/resourceclaims`,
  manifest: { spec: { devices: { requests: [{ name: 'gpu', ...request }] } } },
  shows: { spec: { devices: { requests: [defaults] } }, status: {} },
  change: { metadata: { annotations: { owner: 'ann' } } },
  status: {
    allocation: {
      devices: { results: [{ request: 'gpu', driver: 'gpu.example.com', pool: 'p', device: 'd' }] },
    },
  },
  spoil: { spec: { devices: { requests: [{ name: 'GPU', ...request }] } } },
  refusal: `spec.devices.requests[0].name: Invalid value: "GPU": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
  columns: 'Name#|State|Age',
  cells: ['sample', 'pending', '0s'],
});
const claim = claimCase({ exactly }, { exactly: exactlyDefaults });
const flatClaim = claimCase(exactly, exactlyDefaults);

const templateOf = ({ manifest, shows, spoil }: KindCase): KindCase => ({
  of: `${group}/v1/resourceclaimtemplates`,
  manifest: { spec: { spec: manifest.spec } },
  shows: { spec: { spec: shows.spec } },
  change: { metadata: { annotations: { owner: 'ann' } } },
  spoil: { spec: { spec: spoil.spec } },
  refusal: `spec.spec.devices.requests[0].name: Invalid value: "GPU": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
  columns: 'Name#|Age',
  cells: ['sample', '0s'],
});

const pool = { name: 'n1', generation: 1, resourceSliceCount: 1 };
const sliceCase = (device: object): KindCase => ({
  of: `${group}/v1/resourceslices`,
  manifest: {
    spec: { driver: 'gpu.example.com', nodeName: 'n1', pool, devices: [{ name: 'gpu-0', ...device }] },
  },
  change: { spec: { devices: [{ name: 'gpu-1', ...device }] } },
  generation: counted,
  spoil: { spec: { pool: { resourceSliceCount: 0 } } },
  refusal: 'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
  columns: 'Name#|Node|Driver|Pool|Age',
  cells: ['sample', 'n1', 'gpu.example.com', 'n1', '0s'],
});
const slice = sliceCase({ attributes: { model: { string: 'x' } }, capacity: { memory: { value: '16Gi' } } });

export const devices: readonly KindCase[] = [
  deviceClass,
  claim,
  templateOf(claim),
  slice,
  ...alsoIn(deviceClass, [`${group}/v1beta2`, `${group}/v1beta1`]),
  ...alsoIn(claim, [`${group}/v1beta2`]),
  ...alsoIn(flatClaim, [`${group}/v1beta1`]),
  ...alsoIn(templateOf(claim), [`${group}/v1beta2`]),
  ...alsoIn(templateOf(flatClaim), [`${group}/v1beta1`]),
  ...alsoIn(slice, [`${group}/v1beta2`]),
  ...alsoIn(
    sliceCase({ basic: { attributes: { model: { string: 'x' } }, capacity: { memory: { value: '16Gi' } } } }),
    [`${group}/v1beta1`],
  ),
];

const taintRule: KindCase = {
  of: `${group}/v1alpha3/devicetaintrules`,
  manifest: {
    spec: {
      deviceSelector: { driver: 'gpu.example.com' },
      taint: { key: 'example.com/broken', effect: 'NoExecute' },
    },
  },
  shows: { spec: { taint: { timeAdded: now } } },
  change: { spec: { taint: { effect: 'NoSchedule' } } },
  generation: counted,
  status: {
    conditions: [
      { type: 'EvictionInProgress', status: 'False', reason: 'Done', message: '', lastTransitionTime: now },
    ],
  },
  spoil: { spec: { taint: { effect: 'Never' } } },
  refusal:
    'spec.taint.effect: Unsupported value: "Never": supported values: "NoExecute", "NoSchedule", "None"',
  columns: 'Name#|Key|Value|Effect|TimeAdded|Age',
  cells: ['sample', 'example.com/broken', '', 'NoExecute', '0s', '0s'],
};

export const alphaDevices: readonly KindCase[] = [
  taintRule,
  ...alsoIn(taintRule, [`${group}/v1beta2`]),
  {
    of: `${group}/v1alpha3/resourcepoolstatusrequests`,
    manifest: { spec: { driver: 'gpu.example.com' } },
    shows: { spec: { limit: 100 } },
    change: { metadata: { annotations: { owner: 'ann' } } },
    status: {
      poolCount: 1,
      pools: [
        {
          driver: 'gpu.example.com',
          poolName: 'n1',
          generation: 1,
          resourceSliceCount: 1,
          totalDevices: 2,
          allocatedDevices: 1,
          availableDevices: 1,
          unavailableDevices: 0,
        },
      ],
    },
    spoil: { spec: { limit: 1001 } },
    refusal: 'spec.limit: Invalid value: 1001: must be less than or equal to 1000',
    columns: 'Name#|Driver|Total|Available|Allocated|Unavailable|Errors|Pools:integer|Status|Completed',
    cells: ['sample', 'gpu.example.com', '-', '-', '-', '-', '-', 0, 'Pending', '<none>'],
  },
];
