import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { definition as storageVersions } from '../../src/resources/apiserverinternal/storageversions/definition.ts';
import { definition as csiDrivers } from '../../src/resources/storage/csidrivers/definition.ts';
import { definition as csiNodes } from '../../src/resources/storage/csinodes/definition.ts';
import { definition as capacities } from '../../src/resources/storage/csistoragecapacities/definition.ts';
import { definition as storageClasses } from '../../src/resources/storage/storageclasses/definition.ts';
import { definition as attachments } from '../../src/resources/storage/volumeattachments/definition.ts';
import { definition as attributesClasses } from '../../src/resources/storage/volumeattributesclasses/definition.ts';
import { definition as migrations } from '../../src/resources/storagemigration/storageversionmigrations/definition.ts';
import type { ResourceDefinition } from '../../src/scheme/definition.ts';
import { cells, columns, contextOf, defaulted, manifest, problems, updateProblems } from './helper.ts';

const attachment = {
  spec: { attacher: 'csi.io', nodeName: 'n', source: { persistentVolumeName: 'pv' } },
};

describe('defaults', () => {
  test('storage class', () => {
    const { reclaimPolicy, volumeBindingMode } = defaulted(storageClasses, manifest(storageClasses, {}));
    assert.deepEqual([reclaimPolicy, volumeBindingMode], ['Delete', 'Immediate']);
  });
  test('CSI driver', () => {
    assert.deepEqual(defaulted(csiDrivers, manifest(csiDrivers, {}))['spec'], {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
      requiresRepublish: false,
      seLinuxMount: false,
    });
  });
});

const inlineAttachment = (inlineVolumeSpec: Record<string, unknown>) => ({
  spec: { attacher: 'd.io', nodeName: 'n', source: { inlineVolumeSpec } },
});

describe('validation', () => {
  const table: [string, ResourceDefinition, Record<string, unknown>, string[]][] = [
    ['good class', storageClasses, { provisioner: 'ebs.csi.aws.com', parameters: { type: 'gp3' } }, []],
    [
      'bad class',
      storageClasses,
      { parameters: { '': 'x' }, reclaimPolicy: 'Recycle', volumeBindingMode: 'Later' },
      [
        'provisioner: Required value',
        'parameters: Invalid value: "": field can not be empty.',
        'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
        'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"',
      ],
    ],
    [
      'topologies',
      storageClasses,
      {
        provisioner: 'a/b',
        allowedTopologies: [
          { matchLabelExpressions: [{ key: 'zone', values: ['a', 'b'] }] },
          { matchLabelExpressions: [{ key: 'zone', values: ['b', 'a'] }] },
          {
            matchLabelExpressions: [
              { key: 'z', values: ['a', 'a'] },
              { key: 'z', values: [] },
            ],
          },
        ],
      },
      [
        'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""',
        'allowedTopologies[2].matchLabelExpressions[0].values[1]: Duplicate value: "a"',
        'allowedTopologies[2].matchLabelExpressions[1].values: Required value',
        'allowedTopologies[2].matchLabelExpressions[1].key: Duplicate value: "z"',
      ],
    ],
    [
      'topologies that say nothing',
      storageClasses,
      { provisioner: 'a/b', allowedTopologies: [{}] },
      ['allowedTopologies[0].matchLabelExpressions: Duplicate value: ""'],
    ],
    [
      'attributes class without parameters',
      attributesClasses,
      { driverName: 'd.io' },
      ['parameters: Required value: must contain at least one key/value pair'],
    ],
    ['good attachment', attachments, attachment, []],
    [
      'attachment of nothing',
      attachments,
      { spec: { nodeName: 'n' } },
      [
        'spec.attacher: Required value',
        'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
      ],
    ],
    [
      'good inline attachment',
      attachments,
      inlineAttachment({ csi: { driver: 'd.io', volumeHandle: 'v' }, accessModes: ['ReadWriteOnce'] }),
      [],
    ],
    [
      'inline attachment of a disk',
      attachments,
      inlineAttachment({
        claimRef: { name: 'c' },
        capacity: { storage: '1Gi' },
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'c',
        volumeMode: 'Block',
        hostPath: { path: '/data' },
      }),
      [
        'spec.source.inlineVolumeSpec.claimRef: Forbidden: may not be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.accessModes: Required value',
        'spec.source.inlineVolumeSpec.persistentVolumeReclaimPolicy: Forbidden: may only be Retain in the context of inline volumes',
        'spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes',
      ],
    ],
    [
      'CSI node',
      csiNodes,
      {
        spec: {
          drivers: [
            { name: 'd.io', nodeID: 'n', topologyKeys: ['a', 'a'] },
            { name: 'd.io', nodeID: '', allocatable: { count: -1 } },
          ],
        },
      },
      [
        'spec.drivers[0]: Duplicate value: "a"',
        'spec.drivers[1].nodeID: Required value',
        'spec.drivers[1].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
        'spec.drivers[1].name: Duplicate value: "d.io"',
      ],
    ],
    [
      'CSI driver',
      csiDrivers,
      {
        spec: {
          fsGroupPolicy: 'All',
          volumeLifecycleModes: ['Forever'],
          tokenRequests: [{ audience: 'a', expirationSeconds: 5 }, { audience: 'a' }],
          nodeAllocatableUpdatePeriodSeconds: 9,
        },
      },
      [
        'spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"',
        'spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes',
        'spec.tokenRequests[1].audience: Duplicate value: "a"',
        'spec.volumeLifecycleModes: Unsupported value: "Forever": supported values: "Persistent", "Ephemeral"',
        'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds',
      ],
    ],
    [
      'capacity',
      capacities,
      { storageClassName: 'c', capacity: '-1Gi' },
      ['capacity: Invalid value: "-1Gi": must be greater than or equal to 0'],
    ],
    [
      'migration of nothing',
      migrations,
      { spec: { resource: {} } },
      ['spec.resource.resource: Required value: resource is required to be set'],
    ],
  ];
  for (const [name, definition, fields, expected] of table) {
    test(name, () => assert.deepEqual(problems(definition, manifest(definition, fields)), expected));
  }

  test('storage versions agree with what servers say', () => {
    const server = { apiServerID: 'a', encodingVersion: 'apps/v1', decodableVersions: ['apps/v1'] };
    const version = (status: Record<string, unknown>, name = 'apps.deployments') =>
      problems(storageVersions, manifest(storageVersions, { status }, { name }));
    assert.deepEqual(version({ commonEncodingVersion: 'apps/v1', storageVersions: [server] }), []);
    assert.deepEqual(version({ storageVersions: [server] }), [
      'status.commonEncodingVersion: Invalid value: null: the common encoding version is apps/v1',
    ]);
    assert.deepEqual(version({}, 'pods'), ['metadata.name: name must be in the form of <group>.<resource>']);
  });
});

describe('updates', () => {
  const table: [ResourceDefinition, Record<string, unknown>, Record<string, unknown>, string[]][] = [
    [
      storageClasses,
      { provisioner: 'a', parameters: { x: '1' }, reclaimPolicy: 'Retain', volumeBindingMode: 'Immediate' },
      { provisioner: 'b', volumeBindingMode: 'WaitForFirstConsumer' },
      [
        'parameters: Invalid value: null: field is immutable',
        'provisioner: Invalid value: "b": field is immutable',
        'reclaimPolicy: Invalid value: "Delete": field is immutable',
        'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
      ],
    ],
    [
      attributesClasses,
      { driverName: 'a', parameters: { x: '1' } },
      { driverName: 'b', parameters: { x: '1' } },
      ['driverName: Forbidden: updates to driverName are forbidden.'],
    ],
    [
      attachments,
      attachment,
      { spec: { ...attachment.spec, nodeName: 'm' } },
      [
        'spec: Invalid value: {"attacher":"csi.io","nodeName":"m","source":{"persistentVolumeName":"pv"}}: field is immutable',
      ],
    ],
    [
      csiNodes,
      { spec: { drivers: [{ name: 'd', nodeID: 'n', allocatable: { count: 1 } }] } },
      {
        spec: {
          drivers: [
            { name: 'd', nodeID: 'n', allocatable: { count: 2 } },
            { name: 'e', nodeID: 'n' },
          ],
        },
      },
      [],
    ],
    [
      csiDrivers,
      { spec: {} },
      { spec: { attachRequired: false } },
      ['spec.attachedRequired: Invalid value: false: field is immutable'],
    ],
    [
      capacities,
      { storageClassName: 'a' },
      { storageClassName: 'b' },
      ['storageClassName: Invalid value: "b": field is immutable'],
    ],
  ];
  for (const [definition, old, next, expected] of table) {
    test(definition.resource, () =>
      assert.deepEqual(
        updateProblems(definition, manifest(definition, next), manifest(definition, old)),
        expected,
      ),
    );
  }

  test('a migration ends one way', () => {
    const migration = (...types: string[]) =>
      manifest(migrations, {
        spec: { resource: { group: 'apps', resource: 'deployments' } },
        status: {
          conditions: types.map((type) => ({
            type,
            status: 'True',
            reason: 'R',
            lastTransitionTime: '2026-01-01T00:00:00Z',
          })),
        },
      });
    assert.deepEqual(updateProblems(migrations, migration('Succeeded'), migration('Running'), 'status'), []);
    assert.match(
      updateProblems(migrations, migration('Running'), migration('Failed'), 'status').join(),
      /Failed condition cannot be set to false once it is true/,
    );
  });
});

test('warnings', () => {
  const term = { matchLabelExpressions: [{ key: 'failure-domain.beta.kubernetes.io/zone', values: ['a'] }] };
  const object = manifest(storageClasses, { provisioner: 'a', allowedTopologies: [term] });
  assert.deepEqual(storageClasses.strategy.warnings!(object, undefined, contextOf()), [
    'allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ]);
});

test('tables', () => {
  const isDefault = { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } };
  const age = '<unknown>';
  const table: [ResourceDefinition, string[], Record<string, unknown>, unknown[]][] = [
    [
      attachments,
      ['Name', 'Attacher', 'PV', 'Node', 'Attached', 'Age'],
      { ...attachment, status: { attached: true } },
      ['x', 'csi.io', 'pv', 'n', true, age],
    ],
    [csiNodes, ['Name', 'Drivers', 'Age'], { spec: { drivers: [{}] } }, ['x', 1, age]],
    [
      csiDrivers,
      [
        'Name',
        'AttachRequired',
        'PodInfoOnMount',
        'StorageCapacity',
        'TokenRequests',
        'RequiresRepublish',
        'Modes',
        'Age',
      ],
      { spec: { tokenRequests: [{ audience: 'a' }, { audience: 'b' }] } },
      ['x', true, false, false, 'a,b', false, '<none>', age],
    ],
    [attributesClasses, ['Name', 'DriverName', 'Age'], { driverName: 'd' }, ['x', 'd', age]],
    [capacities, ['Name', 'Created At'], {}, ['x', '0001-01-01T00:00:00Z']],
    [
      migrations,
      ['Name', 'Resource', 'Status'],
      { spec: { resource: { group: 'apps', resource: 'deployments' } } },
      ['x', 'deployments.apps', 'Unknown'],
    ],
    [
      storageVersions,
      ['Name', 'CommonEncodingVersion', 'StorageVersions', 'Age'],
      { status: { storageVersions: [{ apiServerID: 'a', encodingVersion: 'v1' }] } },
      ['x', '<unset>', 'a=v1', age],
    ],
  ];
  for (const [definition, names, fields, expected] of table) {
    assert.deepEqual(columns(definition), names);
    assert.deepEqual(cells(definition, manifest(definition, fields)), expected, definition.resource);
  }
  assert.deepEqual(cells(storageClasses, manifest(storageClasses, { provisioner: 'a' }, isDefault)), [
    'x (default)',
    'a',
    'Delete',
    'Immediate',
    false,
    age,
  ]);
});
