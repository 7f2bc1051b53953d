import { counted, defaultColumns, type KindCase, now } from './kind-case.ts';

export const scheduling: readonly KindCase[] = [
  {
    of: 'scheduling.k8s.io/v1/priorityclasses',
    manifest: { value: 1000 },
    shows: { preemptionPolicy: 'PreemptLowerPriority' },
    change: { description: 'For batch work' },
    generation: [1, 1],
    spoil: { value: 2_000_000_000 },
    refusal: 'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    columns: 'Name#|Value:integer|Global-Default:boolean|Age|PreemptionPolicy',
    cells: ['sample', 1000, false, '0s', 'PreemptLowerPriority'],
  },
  {
    of: 'scheduling.k8s.io/v1alpha2/podgroups',
    manifest: { spec: { schedulingPolicy: { gang: { minCount: 2 } } } },
    change: { metadata: { annotations: { owner: 'ann' } } },
    status: {
      conditions: [
        {
          type: 'PodGroupScheduled',
          status: 'True',
          reason: 'Scheduled',
          message: '',
          lastTransitionTime: now,
        },
      ],
    },
    spoil: { spec: { schedulingPolicy: { basic: {} } } },
    refusal:
      'spec.schedulingPolicy: Invalid value: "{`basic`, `gang`}": must specify exactly one of: `basic`, `gang`',
    columns: 'Name#|Policy|Workload|Status|Age',
    cells: ['sample', 'Gang', '<none>', 'Pending', '0s'],
  },
  {
    of: 'scheduling.k8s.io/v1alpha2/workloads',
    manifest: { spec: { podGroupTemplates: [{ name: 'main', schedulingPolicy: { basic: {} } }] } },
    change: { metadata: { annotations: { owner: 'ann' } } },
    spoil: { spec: { podGroupTemplates: [] } },
    refusal: 'spec.podGroupTemplates: Required value: must have at least one item',
    columns: 'Name#|Age',
    cells: ['sample', '0s'],
  },
];

export const node: readonly KindCase[] = [
  {
    of: 'node.k8s.io/v1/runtimeclasses',
    manifest: { handler: 'gvisor', overhead: { podFixed: { memory: '64Mi' } } },
    change: { overhead: { podFixed: { memory: '128Mi' } } },
    spoil: { handler: 'Not A Label' },
    refusal: `handler: Invalid value: "Not A Label": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    columns: 'Name#|Handler|Age',
    cells: ['sample', 'gvisor', '0s'],
  },
];

export const flowcontrol: readonly KindCase[] = [
  {
    of: 'flowcontrol.apiserver.k8s.io/v1/flowschemas',
    manifest: {
      spec: {
        priorityLevelConfiguration: { name: 'global-default' },
        distinguisherMethod: { type: 'ByUser' },
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'ann' } }],
            resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }],
          },
        ],
      },
    },
    shows: { spec: { matchingPrecedence: 1000 }, status: {} },
    settles: { conditions: [{ type: 'Dangling', status: 'False' }] },
    change: { spec: { matchingPrecedence: 500 } },
    generation: counted,
    status: { conditions: [{ type: 'Dangling', status: 'False', reason: 'Found' }] },
    spoil: { spec: { matchingPrecedence: 20_000 } },
    refusal: 'spec.matchingPrecedence: Invalid value: 20000: must not be greater than 10000',
    columns: 'Name#|PriorityLevel|MatchingPrecedence|DistinguisherMethod|Age|MissingPL',
    cells: ['sample', 'global-default', 1000, 'ByUser', '0s', 'False'],
  },
  {
    of: 'flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations',
    manifest: { spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } } },
    shows: {
      spec: {
        limited: {
          nominalConcurrencyShares: 30,
          lendablePercent: 0,
          limitResponse: { queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } },
        },
      },
      status: {},
    },
    change: { spec: { limited: { nominalConcurrencyShares: 10 } } },
    generation: counted,
    status: { conditions: [{ type: 'Odd', status: 'True' }] },
    spoil: { spec: { type: 'Exempt' } },
    refusal:
      "[spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt', spec.limited: Forbidden: must be nil if the type is not Limited]",
    columns: 'Name#|Type|NominalConcurrencyShares|Queues|HandSize|QueueLengthLimit|Age',
    cells: ['sample', 'Limited', 30, 64, 8, 50, '0s'],
  },
];

export const internal: readonly KindCase[] = [
  {
    of: 'internal.apiserver.k8s.io/v1alpha1/storageversions',
    name: 'apps.deployments',
    manifest: { spec: {} },
    shows: { status: {} },
    change: { metadata: { annotations: { owner: 'ann' } } },
    status: {
      commonEncodingVersion: 'apps/v1',
      storageVersions: [
        {
          apiServerID: 'binnacle',
          encodingVersion: 'apps/v1',
          decodableVersions: ['apps/v1'],
          servedVersions: ['apps/v1'],
        },
      ],
    },
    spoil: { metadata: { name: 'deployments' } },
    refusal: 'metadata.name: Invalid value: "deployments": name must be in the form of <group>.<resource>',
    columns: 'Name#|CommonEncodingVersion|StorageVersions|Age',
    cells: ['apps.deployments', '<unset>', '<unset>', '0s'],
  },
  {
    of: 'storagemigration.k8s.io/v1beta1/storageversionmigrations',
    manifest: { spec: { resource: { group: 'apps', resource: 'deployments' } } },
    shows: { status: {} },
    change: { metadata: { annotations: { owner: 'ann' } } },
    status: {
      conditions: [
        { type: 'Running', status: 'True', reason: 'Started', message: '', lastTransitionTime: now },
      ],
    },
    spoil: { spec: { resource: { resource: '' } } },
    refusal: 'spec.resource.resource: Required value: resource is required to be set',
    columns: 'Name|Resource|Status',
    cells: ['sample', 'deployments.apps', 'Unknown'],
  },
];

const crdName = 'crontabs.example.com';

export const extensions: readonly KindCase[] = [
  {
    of: 'apiregistration.k8s.io/v1/apiservices',
    name: 'v1.example.com',
    manifest: {
      spec: {
        group: 'example.com',
        version: 'v1',
        groupPriorityMinimum: 1000,
        versionPriority: 10,
        insecureSkipTLSVerify: true,
        service: { namespace: 'default', name: 'extension' },
      },
    },
    shows: { spec: { service: { port: 443 } }, status: {} },
    change: { spec: { versionPriority: 20 } },
    status: {
      conditions: [
        {
          type: 'Available',
          status: 'False',
          reason: 'Gone',
          message: 'no endpoints',
          lastTransitionTime: now,
        },
      ],
    },
    spoil: { spec: { versionPriority: 0 } },
    refusal: 'spec.versionPriority: Invalid value: 0: must be positive and less than 1000',
    columns: 'Name#|Service|Available|Age',
    cells: ['v1.example.com', 'default/extension', 'Unknown', '0s'],
  },
  {
    of: 'apiextensions.k8s.io/v1/customresourcedefinitions',
    name: crdName,
    manifest: {
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'crontabs', kind: 'CronTab' },
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
        ],
      },
    },
    shows: {
      spec: { names: { singular: 'crontab', listKind: 'CronTabList' }, conversion: { strategy: 'None' } },
      status: { storedVersions: ['v1'] },
    },
    change: { spec: { names: { shortNames: ['ct'] } } },
    generation: counted,
    status: {
      acceptedNames: { plural: 'crontabs', kind: 'CronTab' },
      conditions: [
        { type: 'NamesAccepted', status: 'True', reason: 'Fine', message: 'fine', lastTransitionTime: now },
      ],
      storedVersions: ['v1'],
    },
    spoil: { spec: { versions: [{ name: 'v1', served: true, storage: true }] } },
    refusal: 'spec.versions[0].schema.openAPIV3Schema: Required value',
    columns: defaultColumns,
    cells: [crdName, now],
  },
];
