import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { codeBlock, root } from '../house/source.ts';

/** None of them has to wait for anything. */
const timeout = 60_000;

function run(...options: string[]): string {
  // A test that starts tests must not pass its own reporting on.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, options, {
    cwd: root,
    env,
    encoding: 'utf8',
    timeout,
  });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

describe('examples', () => {
  it('watch-with-fetch.ts', () => {
    assert.equal(
      run('examples/watch-with-fetch.ts'),
      'ADDED colours: sky is grey\nMODIFIED colours: sky is blue\nDELETED colours: sky is blue\n',
    );
  });

  it('a-month-of-cron.ts', () => {
    assert.match(
      run('examples/a-month-of-cron.ts'),
      /^the last report is of 2026-01-31T03:30:00\.000Z\n(nightly-\d+: 1 succeeded\n){3}$/,
    );
  });

  it('a-function-as-a-container.ts', () => {
    assert.equal(run('examples/a-function-as-a-container.ts'), '1 succeeded\nHello, sky!\nHello, sea!\n');
  });

  it('a-webhook-in-the-cluster.ts', () => {
    assert.equal(
      run('examples/a-webhook-in-the-cluster.ts'),
      'checked: yes\nadmission webhook "judge.example.com" denied the request: use a Secret\n',
    );
  });

  it('same-again.ts', () => {
    assert.match(run('examples/same-again.ts'), /"name":"settings-\w{5}".*\nand again, byte for byte\n$/);
  });

  it('team-quota.test.ts', () => {
    assert.match(run('--test', '--test-reporter=tap', 'examples/team-quota.test.ts'), /^# pass 2$/m);
  });

  it('the snippet of the README prints what it says', () => {
    const snippet = codeBlock('README.md', 'ts');
    const [, expected] = /\n\/\/ (.+)\n$/.exec(snippet) ?? [];
    assert.equal(run('--input-type=module-typescript', '--eval', snippet), `${expected}\n`);
  });
});
