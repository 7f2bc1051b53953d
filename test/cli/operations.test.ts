import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flags } from '../../src/cli/flags.ts';
import { main } from '../../src/cli/main.ts';
import { noEffectFlags } from '../../src/cli/no-effect-flags.ts';
import { readText } from '../house/source.ts';

const page = readText('docs/operations.md');
const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, text = '']) => text.replaceAll('\\\n', ' '));
const lines = blocks.flatMap((text) => text.split('\n')).map((line) => line.replace(/ #.*/, '').trim());
const commands = lines.filter((line) => line.startsWith('binnacle '));

async function helpOf(...words: string[]): Promise<string> {
  let said = '';
  const output = { out: (text: string) => void (said += text), err: () => {} };
  assert.equal(await main([...words, '--help'], output), 0);
  return said;
}

describe('docs/operations.md', () => {
  it('has commands', () => assert.ok(commands.length >= 10));

  for (const line of commands) {
    it(`${line}: there are such a command and such flags`, async () => {
      const [, word = '', command = ''] = line.split(/\s+/);
      const given = [...line.matchAll(/ --([\w-]+)/g)].map(([, name]) => name!);
      const help = word === 'store' ? await helpOf('store', command) : undefined;
      for (const name of given)
        assert.ok(help === undefined ? Object.hasOwn(flags, name) : help.includes(`--${name}`), name);
      if (help !== undefined) assert.ok(help.includes(`binnacle store ${command}`));
    });
  }

  it('names only flags that the server, kube-apiserver or a tool has', () => {
    const elsewhere =
      /--(?:bump-revision|mark-compacted|data-dir|name|initial-\S+|sealed|renumber|help|from-\S+|defragment)/;
    const prose = page.replaceAll(/```.*?```/gs, '');
    const unknown = [...prose.matchAll(/`--([\w-]+)/g)]
      .map(([, name]) => name!)
      .filter(
        (name) => !Object.hasOwn(flags, name) && !noEffectFlags.has(name) && !elsewhere.test(`--${name}`),
      );
    assert.deepEqual(unknown, []);
  });
});
