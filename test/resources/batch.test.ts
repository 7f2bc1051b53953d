import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { definition as cronJobs } from '../../src/resources/batch/cronjobs/definition.ts';
import { countIndexes, overlap } from '../../src/resources/batch/index-ranges.ts';
import { definition as jobs } from '../../src/resources/batch/jobs/definition.ts';
import type { ResourceDefinition } from '../../src/scheme/definition.ts';
import { cells, columns, contextOf, defaulted, manifest, problems, texts, updateProblems } from './helper.ts';

const podSpec = { containers: [{ name: 'c', image: 'busybox:1' }], restartPolicy: 'Never' };
const template = { spec: podSpec };
const uid = '11111111-2222-3333-4444-555555555555';
const own = {
  'controller-uid': uid,
  'job-name': 'x',
  'batch.kubernetes.io/controller-uid': uid,
  'batch.kubernetes.io/job-name': 'x',
};

/** A job as the registry sees it on create: with defaults, uid and what the strategy adds. */
function created(spec: Record<string, unknown> = {}, metadata: KubeObject['metadata'] = {}): KubeObject {
  const job = defaulted(jobs, manifest(jobs, { spec: { template, ...spec } }, { uid, ...metadata }));
  jobs.strategy.prepareForCreate!(job, contextOf());
  return job;
}

const createProblems = (spec: Record<string, unknown>, metadata?: KubeObject['metadata']) =>
  texts(jobs.strategy.validate!(created(spec, metadata), contextOf()));

const specOf = (object: KubeObject) => object['spec'] as Record<string, unknown>;

describe('job defaults', () => {
  const table: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['nothing given', {}, { completions: 1, parallelism: 1, backoffLimit: 6 }],
    ['completions given', { completions: 5 }, { completions: 5, parallelism: 1, backoffLimit: 6 }],
    ['parallelism given', { parallelism: 2 }, { parallelism: 2, backoffLimit: 6 }],
    [
      'limit per index',
      { backoffLimitPerIndex: 1, parallelism: 1 },
      { parallelism: 1, backoffLimit: 2147483647, backoffLimitPerIndex: 1 },
    ],
    [
      'failure policy',
      {
        parallelism: 1,
        podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
      },
      {
        parallelism: 1,
        backoffLimit: 6,
        podReplacementPolicy: 'Failed',
        podFailurePolicy: {
          rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
        },
      },
    ],
  ];
  for (const [name, spec, expected] of table) {
    test(name, () => {
      const { template: _, ...rest } = specOf(
        defaulted(jobs, manifest(jobs, { spec: { template, ...spec } })),
      );
      assert.deepEqual(rest, {
        completionMode: 'NonIndexed',
        suspend: false,
        manualSelector: false,
        podReplacementPolicy: 'TerminatingOrFailed',
        ...expected,
      });
    });
  }

  test('labels come from the template', () => {
    const labeled = manifest(jobs, { spec: { template: { ...template, metadata: { labels: { a: 'b' } } } } });
    assert.deepEqual(defaulted(jobs, labeled).metadata.labels, { a: 'b' });
    labeled.metadata.labels = { own: '1' };
    assert.deepEqual(defaulted(jobs, labeled).metadata.labels, { own: '1' });
  });
});

describe('job selectors', () => {
  test('are generated from the uid', () => {
    const job = created();
    const spec = specOf(job) as { selector: unknown; template: { metadata: { labels: unknown } } };
    assert.deepEqual(job.metadata.labels, own);
    assert.deepEqual(created({}, { labels: { mine: 'yes' } }).metadata.labels, { mine: 'yes' });
    const labeled = { template: { ...template, metadata: { labels: { a: 'b' } } } };
    assert.deepEqual(created(labeled).metadata.labels, { ...own, a: 'b' });
    assert.deepEqual(created(labeled, { labels: { a: 'b' } }).metadata.labels, { a: 'b' });
    assert.deepEqual(created(labeled, { generateName: 'x' }).metadata.labels, { a: 'b' });
    assert.deepEqual(spec.selector, { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } });
    assert.deepEqual(spec.template.metadata.labels, own);
    assert.deepEqual(createProblems({}), []);
  });

  test('a sender may bring none of his own unless he says so', () => {
    const selector = { matchLabels: { a: 'b' } };
    assert.deepEqual(createProblems({ selector }), [
      `spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"${uid}","a":"b"}}: \`selector\` not auto-generated`,
      `spec.template.metadata.labels: Invalid value: ${JSON.stringify(Object.fromEntries(Object.entries(own).sort()))}: \`selector\` does not match template \`labels\``,
    ]);
    const manual = {
      manualSelector: true,
      selector,
      template: { ...template, metadata: { labels: { a: 'b' } } },
    };
    assert.deepEqual(createProblems(manual), []);
    assert.deepEqual(
      createProblems({ template: { ...template, metadata: { labels: { 'job-name': 'y' } } } }),
      [
        `spec.template.metadata.labels[job-name]: Invalid value: ${JSON.stringify(Object.fromEntries(Object.entries({ ...own, 'job-name': 'y' }).sort()))}: must be 'x'`,
      ],
    );
  });
});

describe('job validation', () => {
  const table: [string, Record<string, unknown>, string[]][] = [
    [
      'default restart policy',
      { template: { spec: { containers: podSpec.containers } } },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'negative numbers',
      { parallelism: -1, ttlSecondsAfterFinished: -2 },
      [
        'spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
        'spec.ttlSecondsAfterFinished: Invalid value: -2: must be greater than or equal to 0',
      ],
    ],
    [
      'indexed without completions',
      { completionMode: 'Indexed', parallelism: 1 },
      ['spec.completions: Required value: when completion mode is Indexed'],
    ],
    [
      'index limits without indexes',
      { backoffLimitPerIndex: 1 },
      ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
    ],
    [
      'too many indexes',
      { completionMode: 'Indexed', completions: 100_001, parallelism: 10_001, backoffLimitPerIndex: 1 },
      [
        'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
        'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
      ],
    ],
    [
      'managed by nobody',
      { managedBy: 'me' },
      ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [
      'failure policy',
      {
        podFailurePolicy: {
          rules: [
            {
              action: 'Retry',
              onExitCodes: { operator: 'In', values: [0, 3, 1, 3], containerName: 'other' },
            },
            { action: 'FailIndex', onPodConditions: [{ type: 'a/b/c', status: 'Maybe' }] },
            { onExitCodes: { operator: 'Is', values: [] }, onPodConditions: [{ type: 'Ready' }] },
            { action: 'Count' },
          ],
        },
      },
      [
        'spec.podFailurePolicy.rules[0].action: Unsupported value: "Retry": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
        'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "other": must be one of the container or initContainer names in the pod template',
        'spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator',
        'spec.podFailurePolicy.rules[0].onExitCodes.values[3]: Duplicate value: 3',
        'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [0,3,1,3]: must be ordered',
        'spec.podFailurePolicy.rules[1].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
        `spec.podFailurePolicy.rules[1].onPodConditions[0].type: Invalid value: "a/b/c": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
        'spec.podFailurePolicy.rules[1].onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
        'spec.podFailurePolicy.rules[2].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
        'spec.podFailurePolicy.rules[2].onExitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
        'spec.podFailurePolicy.rules[2].onExitCodes.values: Invalid value: []: at least one value is required',
        'spec.podFailurePolicy.rules[2]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported',
        'spec.podFailurePolicy.rules[3]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
      ],
    ],
    [
      'failure policy with restarts',
      {
        podFailurePolicy: { rules: [{ action: 'Count', onExitCodes: { operator: 'In', values: [1] } }] },
        podReplacementPolicy: 'TerminatingOrFailed',
        template: { spec: { ...podSpec, restartPolicy: 'OnFailure' } },
      },
      [
        'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    ],
    [
      'success policy',
      {
        completionMode: 'Indexed',
        completions: 3,
        successPolicy: {
          rules: [{}, { succeededIndexes: '0,2-5' }, { succeededIndexes: '0-1', succeededCount: 3 }],
        },
      },
      [
        'spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified',
        'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "0,2-5": error parsing succeededIndexes: too large index: "5"',
        'spec.successPolicy.rules[2].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
      ],
    ],
  ];
  for (const [name, spec, expected] of table) {
    test(name, () => assert.deepEqual(createProblems(spec), expected));
  }

  test('pods of an indexed job must have host names', () => {
    const name = 'a'.repeat(62);
    assert.deepEqual(createProblems({ completionMode: 'Indexed', completions: 2 }, { name }), [
      `metadata.name: Invalid value: "${name}": will not able to create pod with invalid DNS label: ${name}-1`,
    ]);
  });
});

describe('job updates', () => {
  const tolerating = { spec: { ...podSpec, tolerations: [{ operator: 'Exists' }] } };
  const larger = {
    spec: { ...podSpec, containers: [{ ...podSpec.containers[0], resources: { requests: { cpu: '2' } } }] },
  };
  const update = (next: Record<string, unknown>, old: Record<string, unknown>, status?: unknown) =>
    updateProblems(jobs, created(next), status ? { ...created(old), status } : created(old)).map((text) =>
      text.replace(/Invalid value: .*: (?=field|can)/, ''),
    );

  test('parallelism, suspension and limits may change', () => {
    assert.deepEqual(
      update({ completions: 2, parallelism: 2, suspend: true, backoffLimit: 1 }, { completions: 2 }),
      [],
    );
  });
  test('completions may not, unless with parallelism of an indexed job', () => {
    assert.deepEqual(update({ completions: 3 }, { completions: 2 }), [
      'spec.completions: field is immutable',
    ]);
    const indexed = (completions: number, parallelism: number) => ({
      completionMode: 'Indexed',
      completions,
      parallelism,
    });
    assert.deepEqual(update(indexed(3, 3), indexed(2, 2)), []);
    assert.deepEqual(update(indexed(3, 2), indexed(2, 2)), [
      'spec.completions: can only be modified in tandem with spec.parallelism',
    ]);
  });
  test('the template may not, except for placement and size while the job is suspended and without pods', () => {
    const immutable = ['spec.template: field is immutable'];
    assert.deepEqual(update({ template: tolerating }, {}), immutable);
    assert.deepEqual(update({ template: tolerating }, { suspend: true }), []);
    assert.deepEqual(update({ template: larger }, { suspend: true }), []);
    const running = { startTime: '2026-01-01T00:00:00Z', active: 1 };
    assert.deepEqual(update({ template: tolerating }, { suspend: true }, running), immutable);
    const renamed = { spec: { ...podSpec, containers: [{ name: 'd', image: 'busybox:1' }] } };
    assert.deepEqual(update({ template: renamed }, { suspend: true }), immutable);
  });
  test('policies may not', () => {
    assert.deepEqual(update({ managedBy: 'acme.io/a' }, {}), ['spec.managedBy: field is immutable']);
  });
});

describe('job status', () => {
  const update = (status: Record<string, unknown>, old: Record<string, unknown> = {}, spec = {}) =>
    updateProblems(jobs, { ...created(spec), status }, { ...created(spec), status: old }, 'status');
  const condition = (...types: string[]) => types.map((type) => ({ type, status: 'True' }));
  const startTime = '2026-01-01T00:00:00Z';
  const completionTime = '2026-01-01T00:01:00Z';
  const done = {
    startTime,
    completionTime,
    conditions: condition('SuccessCriteriaMet', 'Complete'),
    succeeded: 1,
  };

  test('a job runs and completes', () => {
    assert.deepEqual(update({ startTime, active: 1, ready: 0 }), []);
    assert.deepEqual(update(done, { startTime, active: 1 }), []);
  });
  test('it does not complete half', () => {
    assert.deepEqual(update({ active: 1, conditions: condition('Complete', 'Failed') }), [
      'status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions',
      'status.completionTime: Required value: completionTime is required for Complete jobs',
      'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      'status.active: Invalid value: 1: active>0 is invalid for finished job',
      'status.startTime: Required value: startTime is required for finished job',
    ]);
    assert.deepEqual(update({ startTime: completionTime, completionTime: startTime }), [
      'status.completionTime: Invalid value: "2026-01-01T00:00:00Z": cannot set completionTime when there is no Complete=True condition',
      'status.completionTime: Invalid value: "2026-01-01T00:00:00Z": must be equal to or after `startTime`',
    ]);
  });
  test('it does not go back', () => {
    assert.deepEqual(update({ startTime, succeeded: 0 }, done), [
      'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
      'status.succeeded: Invalid value: 0: cannot decrease the succeeded counter',
      'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
    ]);
    assert.deepEqual(update({ startTime: completionTime, ready: 1 }, { startTime }), [
      'status.ready: Invalid value: 1: cannot set more ready pods than active',
      'status.startTime: Invalid value: "2026-01-01T00:01:00Z": field is immutable for unsuspended job once set',
    ]);
  });
  test('indexes are well formed', () => {
    const indexed = { completionMode: 'Indexed', completions: 5, backoffLimitPerIndex: 1 };
    assert.deepEqual(update({ completedIndexes: '0,2-1', failedIndexes: '2' }, {}, indexed), [
      'status.completedIndexes: Invalid value: "0,2-1": error parsing completedIndexes: non-increasing order, previous: 2, current: 1',
    ]);
    assert.deepEqual(update({ completedIndexes: '0-2', failedIndexes: '2,4' }, {}, indexed), [
      'status.failedIndexes: Invalid value: "2,4": failedIndexes and completedIndexes overlap at index: 2',
    ]);
    assert.equal(countIndexes('0,2-4,7', 8), 5);
    assert.equal(overlap('0-1,4', '2-3,5', 9), undefined);
  });
});

describe('cron jobs', () => {
  const cron = (spec: Record<string, unknown> = {}, metadata?: KubeObject['metadata']) =>
    manifest(
      cronJobs,
      { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template } }, ...spec } },
      metadata,
    );

  test('defaults', () => {
    const { jobTemplate, ...spec } = specOf(defaulted(cronJobs, cron()));
    assert.deepEqual(spec, {
      schedule: '*/5 * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    const jobSpec = (jobTemplate as { spec: Record<string, unknown> }).spec;
    assert.deepEqual(Object.keys(jobSpec), ['template']);
  });

  const table: [string, Record<string, unknown>, string[]][] = [
    ['good', { timeZone: 'Europe/Berlin' }, []],
    ['no schedule', { schedule: undefined }, ['spec.schedule: Required value']],
    [
      'bad schedule',
      { schedule: '* *' },
      ['spec.schedule: Invalid value: "* *": expected exactly 5 fields, found 2: [* *]'],
    ],
    [
      'zone in the schedule',
      { schedule: 'TZ=UTC 0 * * * *' },
      [
        'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      ],
    ],
    [
      'empty zone',
      { timeZone: '' },
      ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'],
    ],
    [
      'unknown zone',
      { timeZone: 'Mars/Base' },
      ['spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base'],
    ],
    ['offset as zone', { timeZone: '+01' }, ['spec.timeZone: Invalid value: "+01": unknown time zone +01']],
    [
      'local zone',
      { timeZone: 'local' },
      [
        'spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ],
    ],
    [
      'words and numbers',
      { concurrencyPolicy: 'Queue', failedJobsHistoryLimit: -1, startingDeadlineSeconds: -1 },
      [
        'spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"',
        'spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      'selector in the template',
      { jobTemplate: { spec: { template, manualSelector: true, selector: {} } } },
      [
        'spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
      ],
    ],
  ];
  for (const [name, spec, expected] of table) {
    test(name, () => assert.deepEqual(problems(cronJobs, cron(spec)), expected));
  }

  test('names are short, but long ones of old may be updated', () => {
    const name = 'a'.repeat(53);
    assert.deepEqual(problems(cronJobs, cron({}, { name })), [
      `metadata.name: Invalid value: "${name}": must be no more than 52 characters`,
    ]);
    assert.deepEqual(updateProblems(cronJobs, cron({}, { name }), cron({}, { name })), []);
  });

  test('a zone in the schedule stays allowed where it was', () => {
    const old = cron({ schedule: 'CRON_TZ=UTC 0 * * * *' });
    assert.ok(!updateProblems(cronJobs, old, old).some((text) => text.includes('use timeZone')));
  });
});

test('warnings', () => {
  const warnings = (definition: ResourceDefinition, object: KubeObject) =>
    definition.strategy.warnings!(object, undefined, contextOf());
  assert.equal(warnings(jobs, created({}, { name: 'a.b' })).length, 1);
  const huge = { completionMode: 'Indexed', completions: 100_001, parallelism: 10_001 };
  assert.match(warnings(jobs, created(huge))[0]!, /^spec: In Indexed Jobs with a number of completions/);
});

test('tables', () => {
  const wide = ['[Containers]', '[Images]', '[Selector]'];
  const creationTimestamp = '2025-12-31T23:59:00Z';
  assert.deepEqual(columns(jobs), ['Name', 'Status', 'Completions', 'Duration', 'Age', ...wide]);
  const row = (spec: Record<string, unknown>, status: Record<string, unknown>) =>
    cells(jobs, { ...created({ ...spec }, { creationTimestamp }), status }).slice(0, 5);
  const startTime = '2025-12-31T23:59:10Z';
  assert.deepEqual(row({}, { startTime }), ['x', 'Running', '0/1', '50s', '60s']);
  const conditions = [{ type: 'Complete', status: 'True' }];
  const completionTime = '2025-12-31T23:59:20Z';
  assert.deepEqual(row({ parallelism: 2 }, { startTime, completionTime, succeeded: 1, conditions }), [
    'x',
    'Complete',
    '1/1 of 2',
    '10s',
    '60s',
  ]);
  const cron = manifest(
    cronJobs,
    {
      spec: { schedule: '@daily', suspend: false, jobTemplate: { spec: { template } } },
      status: { active: [{}] },
    },
    { creationTimestamp },
  );
  assert.deepEqual(columns(cronJobs), [
    'Name',
    'Schedule',
    'Timezone',
    'Suspend',
    'Active',
    'Last Schedule',
    'Age',
    ...wide,
  ]);
  assert.deepEqual(cells(cronJobs, cron), [
    'x',
    '@daily',
    '<none>',
    'False',
    1,
    '<none>',
    '60s',
    'c',
    'busybox:1',
    '<none>',
  ]);
});

test('jobs are selected by how many pods succeeded', () => {
  const read = jobs.selectableFields['status.successful']!;
  assert.equal(read(created()), '0');
  assert.equal(read({ ...created(), status: { succeeded: 3 } }), '3');
});
