import { alsoIn, defaultColumns, type KindCase, now } from './kind-case.ts';

const attributesClass: KindCase = {
  of: 'storage.k8s.io/v1/volumeattributesclasses',
  manifest: { driverName: 'csi.example.com', parameters: { iops: '3000' } },
  change: { metadata: { annotations: { owner: 'ann' } } },
  spoil: { parameters: null },
  refusal: 'parameters: Required value: must contain at least one key/value pair',
  columns: 'Name#|DriverName|Age',
  cells: ['sample', 'csi.example.com', '0s'],
};

export const storage: readonly KindCase[] = [
  {
    of: 'storage.k8s.io/v1/csidrivers',
    manifest: { spec: { tokenRequests: [{ audience: 'vault' }], serviceAccountTokenInSecrets: true } },
    shows: {
      spec: {
        attachRequired: true,
        podInfoOnMount: false,
        storageCapacity: false,
        requiresRepublish: false,
        seLinuxMount: false,
        fsGroupPolicy: 'ReadWriteOnceWithFSType',
        volumeLifecycleModes: ['Persistent'],
      },
    },
    change: { spec: { podInfoOnMount: true } },
    generation: [undefined, 1],
    spoil: { spec: { tokenRequests: null } },
    refusal:
      'spec.serviceAccountTokenInSecrets: Invalid value: true: serviceAccountTokenInSecrets is set but no tokenRequests are specified',
    columns:
      'Name#|AttachRequired:boolean|PodInfoOnMount:boolean|StorageCapacity:boolean|TokenRequests|RequiresRepublish:boolean|Modes|Age',
    cells: ['sample', true, false, false, 'vault', false, 'Persistent', '0s'],
  },
  {
    of: 'storage.k8s.io/v1/csinodes',
    manifest: { spec: { drivers: [{ name: 'csi.example.com', nodeID: 'n-1', topologyKeys: ['zone'] }] } },
    change: {
      spec: {
        drivers: [
          { name: 'csi.example.com', nodeID: 'n-1', topologyKeys: ['zone'] },
          { name: 'csi.example.org', nodeID: 'n-1', topologyKeys: null },
        ],
      },
    },
    spoil: { spec: { drivers: [{ name: 'csi.example.com', nodeID: '', topologyKeys: null }] } },
    refusal: 'spec.drivers[0].nodeID: Required value',
    columns: 'Name#|Drivers:integer|Age',
    cells: ['sample', 1, '0s'],
  },
  {
    of: 'storage.k8s.io/v1/csistoragecapacities',
    manifest: { storageClassName: 'fast', capacity: '100Gi', nodeTopology: { matchLabels: { zone: 'a' } } },
    change: { capacity: '90Gi' },
    spoil: { storageClassName: '' },
    refusal: `storageClassName: Invalid value: "": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    columns: defaultColumns,
    cells: ['sample', now],
  },
  {
    of: 'storage.k8s.io/v1/storageclasses',
    manifest: { provisioner: 'csi.example.com', parameters: { type: 'ssd' } },
    shows: { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
    change: { allowVolumeExpansion: true },
    spoil: { reclaimPolicy: 'Recycle' },
    refusal: 'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
    columns: 'Name#|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age',
    cells: ['sample', 'csi.example.com', 'Delete', 'Immediate', false, '0s'],
  },
  {
    of: 'storage.k8s.io/v1/volumeattachments',
    manifest: {
      spec: { attacher: 'csi.example.com', nodeName: 'n1', source: { persistentVolumeName: 'volume-1' } },
    },
    shows: { status: { attached: false } },
    change: { metadata: { annotations: { owner: 'ann' } } },
    status: { attached: true },
    spoil: {
      spec: { source: { persistentVolumeName: null, inlineVolumeSpec: { accessModes: ['ReadWriteOnce'] } } },
    },
    refusal:
      '[spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes, spec.source.inlineVolumeSpec: Required value: must specify a volume type]',
    columns: 'Name#|Attacher#|PV|Node|Attached:boolean|Age',
    cells: ['sample', 'csi.example.com', 'volume-1', 'n1', false, '0s'],
  },
  attributesClass,
  ...alsoIn(attributesClass, ['storage.k8s.io/v1beta1']),
];
