import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runBinnacle, startBinnacle, temporaryDirectory } from './start-binnacle.ts';

const policy = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n  verbs: [create]\n';

describe('the audit log of the command', { timeout: 120_000 }, () => {
  test('has everything that was answered when the server has stopped', async (t) => {
    const directory = await temporaryDirectory(t);
    const [policyFile, logFile] = [join(directory, 'policy.yaml'), join(directory, 'audit.log')];
    await writeFile(policyFile, policy);
    const server = await startBinnacle(
      t,
      join(directory, 'data'),
      `--audit-policy-file=${policyFile}`,
      `--audit-log-path=${logFile}`,
      '--audit-log-mode=batch',
      '--run-controllers=false',
      '--run-nodes=false',
    );
    const create = (at: number) =>
      server.api.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: `c${at}` } } });
    await Promise.all(Array.from({ length: 100 }, (_, at) => create(at)));
    assert.equal(await server.stop(), 0);
    const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n');
    const names = lines
      .map((line) => JSON.parse(line))
      .filter(({ stage }) => stage === 'ResponseComplete')
      .map(({ objectRef }) => objectRef.name);
    assert.equal(new Set(names).size, 100);
  });

  test('is not begun when the policy is not good: file, line and field are named, and nothing is made', async (t) => {
    const directory = await temporaryDirectory(t);
    const policyFile = join(directory, 'policy.yaml');
    await writeFile(policyFile, policy.replace('Metadata', 'Everything'));
    const server = runBinnacle(
      t,
      `--data-dir=${join(directory, 'data')}`,
      `--audit-policy-file=${policyFile}`,
      `--audit-log-path=${join(directory, 'audit.log')}`,
    );
    assert.equal(await server.exited, 1);
    assert.equal(
      server.err(),
      `binnacle: ${policyFile}:4: rules[0].level: must be one of None, Metadata, Request, RequestResponse\n`,
    );
    assert.deepEqual(await readdir(directory), ['policy.yaml']);
  });
});
