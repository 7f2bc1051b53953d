import assert from 'node:assert/strict';
import { it } from 'node:test';
import { flags } from '../../src/cli/flags.ts';
import { codeBlock } from '../house/source.ts';
import { kubectlScript } from './script.ts';

const [exported, ...commands] = codeBlock('README.md', 'sh', 'kubectl').trim().split('\n');
const expected = [
  'deployment.apps/web created',
  /^deployment "web" successfully rolled out$/m,
  /^(web-\w+-\w{5} +1\/1 +Running +0 .* node-[12] .*\n){3}$/m,
];

it('the README points kubectl at the kubeconfig of the default data directory', () => {
  assert.equal(exported, `export KUBECONFIG=${flags['data-dir'].default.replace('./', '')}/kubeconfig`);
});

kubectlScript('the first objects of the README', {
  nodes: 2,
  steps: commands.map((command, at) => ({
    run: command.replace(/^kubectl /, ''),
    stdout: expected[at] ?? /./,
  })),
});
