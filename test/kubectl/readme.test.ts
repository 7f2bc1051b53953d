import assert from 'node:assert/strict';
import { it } from 'node:test';
import { flags } from '../../src/cli/flags.ts';
import { codeBlock } from '../house/source.ts';
import { kubectlScript } from './script.ts';

const [exported, ...commands] = codeBlock('README.md', 'sh', 'kubectl').trim().split('\n');
const expected = ['configmap/colours created', /^ {2}sky: blue$/m];

it('the README points kubectl at the kubeconfig of the default data directory', () => {
  assert.equal(exported, `export KUBECONFIG=${flags['data-dir'].default.replace('./', '')}/kubeconfig`);
});

kubectlScript('the first object of the README', {
  steps: commands.map((command, at) => ({
    run: command.replace(/^kubectl /, ''),
    stdout: expected[at] ?? /./,
  })),
});
