import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { runCommand } from '../helpers/run-command.ts';
import { kubectlFile, kubectlScript, type Script } from './script.ts';

const manifests = readFileSync(new URL('every-kind.yaml', import.meta.url), 'utf8');
const count = manifests.split('\n---\n').length;

/** What apply sends again although nothing changed: lists without merge keys that the server fills with defaults, and the like. */
const alwaysPatched = [
  'secret', // stringData
  'resourcequota', // a number where the server keeps text
  'pod',
  'statefulset.apps',
  'poddisruptionbudget.policy',
  'networkpolicy.networking.k8s.io',
  'csinode.storage.k8s.io', // an empty list that the server keeps as null
  'validatingwebhookconfiguration.admissionregistration.k8s.io',
  'mutatingwebhookconfiguration.admissionregistration.k8s.io',
  'validatingadmissionpolicy.admissionregistration.k8s.io',
  'resourceclaim.resource.k8s.io',
  'resourceclaimtemplate.resource.k8s.io',
];

const lines = (n: number, what: string) => new RegExp(`^(?:\\S+ ${what}.*\\n){${n}}$`);

/** One object of every kind that users write, there and back. */
const script: Script = {
  // What controllers would do is not what this is about.
  controllers: [],
  files: { 'every-kind.yaml': manifests },
  steps: [
    {
      run: 'create -f every-kind.yaml --dry-run=server',
      code: 1,
      stdout: /^namespace\/zoo created \(server dry run\)$/m,
      stderr: /namespaces "zoo" not found/,
    },
    { run: 'apply -f every-kind.yaml', stdout: lines(count, 'created') },
    {
      run: 'apply -f every-kind.yaml',
      stdout: [
        lines(count, '(?:unchanged|configured)'),
        ...alwaysPatched.map((kind) => new RegExp(`^${kind}/zoo configured$`, 'm')),
      ],
      without: new RegExp(`^(?!${alwaysPatched.join('|')}).* configured$`, 'm'),
    },
    { run: 'diff -f every-kind.yaml', stdout: '' },
    {
      run: 'get -f every-kind.yaml',
      stdout: [
        /^deployment\.apps\/zoo +0\/1 +0 +0 +\d+s$/m,
        /^ingressclass\.networking\.k8s\.io\/zoo +example\.com\/zoo +<none> +\d+s$/m,
      ],
    },
    { run: 'get -f every-kind.yaml -o yaml', save: 'everything' },
    { run: 'replace -f -', stdin: '${everything}', stdout: lines(count, 'replaced') },
    {
      run: 'describe -f every-kind.yaml',
      stdout: [
        /^StrategyType: +RollingUpdate$/m,
        /^Provisioner: +example\.com\/zoo$/m,
        /^Signer: +example\.com\/zoo$/m,
      ],
    },
    { run: 'label -f every-kind.yaml seen=yes', stdout: lines(count, 'labeled') },
    { run: 'annotate -f every-kind.yaml seen=yes', stdout: lines(count, 'annotated') },
    { run: 'delete -f every-kind.yaml --wait=false', stdout: /^namespace "zoo" deleted/m },
  ],
};

kubectlScript('every kind', script, (stage) => {
  it('leaves nothing behind', async () => {
    const { dir, env } = stage();
    const { stdout } = await runCommand(
      kubectlFile,
      ['get', '-f', 'every-kind.yaml', '--ignore-not-found', '-o', 'name'],
      { cwd: dir, env },
    );
    assert.equal(stdout.trim(), 'namespace/zoo');
  });
});
