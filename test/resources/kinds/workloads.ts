import { templateDefaults } from './core.ts';
import { container, counted, type KindCase, labels, now, template } from './kind-case.ts';

const selector = { matchLabels: labels };

export const apps: readonly KindCase[] = [
  {
    of: 'apps/v1/controllerrevisions',
    manifest: { revision: 1, data: { spec: { template: {} } } },
    change: { revision: 2 },
    spoil: { revision: -1 },
    refusal: 'revision: Invalid value: -1: must be greater than or equal to 0',
    columns: 'Name#|Controller|Revision|Age',
    cells: ['sample', '<none>', 1, '0s'],
  },
  {
    of: 'apps/v1/daemonsets',
    manifest: { spec: { selector, template } },
    shows: {
      metadata: { annotations: { 'deprecated.daemonset.template.generation': '1' } },
      spec: {
        template: templateDefaults,
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      },
      status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
    },
    change: { spec: { minReadySeconds: 5 } },
    generation: counted,
    status: { currentNumberScheduled: 1, desiredNumberScheduled: 1, numberMisscheduled: 0, numberReady: 1 },
    spoil: { spec: { selector: { matchLabels: { app: 'other' } } } },
    refusal:
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    columns:
      'Name#|Desired:integer|Current:integer|Ready:integer|Up-to-date:integer|Available:integer|Node Selector|Age|Containers*|Images*|Selector*',
    cells: ['sample', 0, 0, 0, 0, 0, '<none>', '0s', 'main', 'nginx:1.27', 'app=web'],
  },
  {
    of: 'apps/v1/deployments',
    manifest: { spec: { selector, template } },
    shows: {
      spec: {
        template: templateDefaults,
        replicas: 1,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      },
      status: {},
    },
    change: { spec: { replicas: 3 } },
    generation: counted,
    status: { replicas: 1, updatedReplicas: 1 },
    spoil: { spec: { selector: { matchLabels: { app: 'other' } } } },
    refusal:
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    columns: 'Name#|Ready|Up-to-date|Available|Age|Containers*|Images*|Selector*',
    cells: ['sample', '0/1', 0, 0, '0s', 'main', 'nginx:1.27', 'app=web'],
  },
  {
    of: 'apps/v1/replicasets',
    manifest: { spec: { selector, template } },
    shows: { spec: { replicas: 1, template: templateDefaults }, status: { replicas: 0 } },
    change: { spec: { replicas: 3 } },
    generation: counted,
    status: { replicas: 1 },
    spoil: { spec: { selector: { matchLabels: null } } },
    refusal: 'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    columns: 'Name#|Desired:integer|Current:integer|Ready:integer|Age|Containers*|Images*|Selector*',
    cells: ['sample', 1, 0, 0, '0s', 'main', 'nginx:1.27', 'app=web'],
  },
  {
    of: 'apps/v1/statefulsets',
    manifest: {
      spec: {
        serviceName: 'web',
        selector,
        template,
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    },
    shows: {
      spec: {
        template: templateDefaults,
        replicas: 1,
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        revisionHistoryLimit: 10,
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            spec: { volumeMode: 'Filesystem' },
            status: { phase: 'Pending' },
          },
        ],
      },
      status: { replicas: 0, availableReplicas: 0 },
    },
    change: { spec: { replicas: 3 } },
    generation: counted,
    status: { replicas: 1 },
    spoil: { spec: { podManagementPolicy: 'Random' } },
    refusal: `spec.podManagementPolicy: Invalid value: "Random": must be 'OrderedReady' or 'Parallel'`,
    columns: 'Name#|Ready|Age|Containers*|Images*',
    cells: ['sample', '0/1', '0s', 'main', 'nginx:1.27'],
  },
];

const jobTemplate = { spec: { restartPolicy: 'Never', containers: [container] } };

export const batch: readonly KindCase[] = [
  {
    of: 'batch/v1/jobs',
    manifest: { spec: { template: jobTemplate } },
    shows: {
      spec: {
        completions: 1,
        parallelism: 1,
        backoffLimit: 6,
        completionMode: 'NonIndexed',
        suspend: false,
        podReplacementPolicy: 'TerminatingOrFailed',
        manualSelector: false,
      },
      status: {},
    },
    change: { spec: { parallelism: 2 } },
    generation: counted,
    status: { active: 1, startTime: now, ready: 0, terminating: 0, uncountedTerminatedPods: {} },
    spoil: { spec: { template: { spec: { restartPolicy: 'Always' } } } },
    refusal: 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    columns: 'Name#|Status|Completions|Duration|Age|Containers*|Images*|Selector*',
    cells: [
      'sample',
      'Running',
      '0/1',
      '',
      '0s',
      'main',
      'nginx:1.27',
      /^batch\.kubernetes\.io\/controller-uid=[0-9a-f-]{36}$/,
    ],
  },
  {
    of: 'batch/v1/cronjobs',
    manifest: { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: jobTemplate } } } },
    shows: {
      spec: {
        concurrencyPolicy: 'Allow',
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
        jobTemplate: { spec: { completions: undefined } },
      },
      status: {},
    },
    change: { spec: { suspend: true } },
    generation: counted,
    status: { lastScheduleTime: now },
    spoil: { spec: { schedule: 'every day', timeZone: 'Nowhere/City' } },
    refusal:
      '[spec.schedule: Invalid value: "every day": expected exactly 5 fields, found 2: [every day], spec.timeZone: Invalid value: "Nowhere/City": unknown time zone Nowhere/City]',
    columns:
      'Name#|Schedule|Timezone|Suspend:boolean|Active:integer|Last Schedule|Age|Containers*|Images*|Selector*',
    cells: ['sample', '*/5 * * * *', '<none>', 'False', 0, '<none>', '0s', 'main', 'nginx:1.27', '<none>'],
  },
];

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const scalerColumns = 'Name#|Reference|Targets|MinPods|MaxPods|Replicas|Age';

export const autoscaling: readonly KindCase[] = [
  {
    of: 'autoscaling/v2/horizontalpodautoscalers',
    manifest: { spec: { scaleTargetRef: target, maxReplicas: 10 } },
    shows: {
      spec: {
        minReplicas: 1,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
      status: { desiredReplicas: 0 },
    },
    change: { spec: { maxReplicas: 20 } },
    status: { currentReplicas: 1, desiredReplicas: 2 },
    spoil: { spec: { maxReplicas: 0 } },
    refusal:
      '[spec.maxReplicas: Required value: must be set and greater than 0, spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`]',
    columns: scalerColumns,
    cells: ['sample', 'Deployment/web', 'cpu: <unknown>/80%', '1', 10, 0, '0s'],
  },
  {
    of: 'autoscaling/v1/horizontalpodautoscalers',
    manifest: { spec: { scaleTargetRef: target, maxReplicas: 10 } },
    shows: {
      spec: { minReplicas: 1, targetCPUUtilizationPercentage: 80 },
      status: { currentReplicas: 0, desiredReplicas: 0 },
    },
    change: { spec: { maxReplicas: 20 } },
    status: { currentReplicas: 1, desiredReplicas: 2 },
    spoil: { spec: { minReplicas: 11 } },
    refusal: 'spec.maxReplicas: Invalid value: 10: must be greater than or equal to `minReplicas`',
    columns: scalerColumns,
    cells: ['sample', 'Deployment/web', 'cpu: <unknown>/80%', '1', 10, 0, '0s'],
  },
];

export const policy: readonly KindCase[] = [
  {
    of: 'policy/v1/poddisruptionbudgets',
    manifest: { spec: { minAvailable: 2, selector } },
    shows: {
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    },
    change: { spec: { minAvailable: '50%' } },
    generation: counted,
    status: { currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 1 },
    spoil: { spec: { maxUnavailable: 1 } },
    refusal:
      'spec: Invalid value: {"MinAvailable":2,"Selector":{"matchLabels":{"app":"web"}},"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    columns: 'Name#|Min Available|Max Unavailable|Allowed Disruptions:integer|Age',
    cells: ['sample', '2', 'N/A', 0, '0s'],
  },
];
