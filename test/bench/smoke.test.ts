import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Results } from '../../bench/report/publish.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Numbers so small that they say nothing about speed, and everything about whether the benchmark runs. */
const tiny = [
  '--rounds=1',
  '--seconds=0.05',
  '--clients=1,2',
  '--list-pods=60',
  '--delete-pods=20',
  '--watchers=5',
  '--selective-watchers=8',
  '--objects=120',
  '--few-objects=110',
  '--bindings=200',
  '--many-nodes=5',
  '--cluster-nodes=3',
  '--cluster-pods=12',
  '--deployments=2',
  '--revisions=20000',
];

describe('npm run bench', () => {
  let output: string;
  before(async () => {
    output = await mkdtemp(join(tmpdir(), 'binnacle-bench-'));
  });
  after(() => rm(output, { recursive: true }));

  it('measures every part, prints a table and targets, and writes a chart', async () => {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['bench/run.ts', ...tiny, `--output=${output}`],
      { cwd: root, env: { ...process.env, KUBE_APISERVER: '', ETCD: '', PATH: '' } },
    );
    assert.equal(stderr, '');
    const { rows, verdicts } = JSON.parse(await readFile(join(output, 'results.json'), 'utf8')) as Results;
    const parts = [...new Set(rows.map(({ part }) => part))];
    assert.deepEqual(parts, [
      'start',
      'memory',
      'get',
      'list',
      'create',
      'update',
      'patch',
      'watch',
      'watch-lag',
      'fairness',
      'list-large',
      'fan-out',
      'selective',
      'deletecollection',
      'memory-per-byte',
      'large-store',
      'authorization',
      'cluster',
      'cluster-rate',
      'revisions',
      'revisions-latency',
      'revisions-file',
      'revisions-memory',
      'revisions-log',
    ]);
    for (const { part, label, figures } of rows) {
      // Two servers differ by more than so few objects take.
      if (part === 'memory-per-byte') continue;
      for (const [subject, { value }] of Object.entries(figures)) {
        assert.ok(value > 0, `${part} ${label}: ${subject} has ${value}`);
      }
    }
    for (const target of [
      'GET at 50%',
      'durable creates at 35%',
      'a well-behaved client',
      'a long LIST',
      'a full store',
      'within 1.6 times their bytes',
      'none of many watches',
      'many bindings',
      'latency of the last writes',
      'a file that does not grow',
      'a write-ahead log that stays',
      'main thread',
    ]) {
      assert.ok(
        verdicts.some((verdict) => verdict.target.includes(target)),
        `no verdict on ${target}`,
      );
    }
    assert.match(stdout, /^get, 2 clients +[\d,]+\/s/m);
    assert.match(await readFile(join(output, 'chart.svg'), 'utf8'), /^<svg .*<\/svg>\n$/s);
  });

  it('names what it does not know', async () => {
    const failure = await promisify(execFile)(process.execPath, ['bench/run.ts', '--only=speed'], {
      cwd: root,
    }).then(
      () => assert.fail('must not run'),
      (error: { stderr: string; code: number }) => error,
    );
    assert.equal(failure.code, 1);
    assert.equal(failure.stderr, '--only: there is no part "speed"\n');
  });
});
