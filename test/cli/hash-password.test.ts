import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseStoredPassword } from '../../src/authentication/basic/password-hash.ts';
import { runCommand } from '../helpers/run-command.ts';

const command = fileURLToPath(new URL('../../bin/binnacle.js', import.meta.url));
const run = (stdin: string, ...args: string[]) =>
  runCommand(process.execPath, [command, 'hash-password', ...args], { cwd: '.', env: {}, stdin });

describe('binnacle hash-password', { timeout: 60_000 }, () => {
  it('prints what stands for the first line of its input, differently each time', async () => {
    const [one, two] = [await run('pässword\nmore\n'), await run('pässword')];
    for (const { code, stdout, stderr } of [one, two]) {
      assert.deepEqual([code, stderr], [0, '']);
      const { isHashed, matches } = parseStoredPassword(stdout.trimEnd());
      assert.deepEqual([isHashed, await matches('pässword'), await matches('password')], [true, true, false]);
    }
    assert.notEqual(one.stdout, two.stdout);
  });

  it('needs a password, and takes none from the command line', async () => {
    assert.deepEqual(await run('\n'), { code: 1, stdout: '', stderr: 'binnacle: the password is empty\n' });
    const { code, stdout, stderr } = await run('a\n', 'secret');
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^binnacle: unexpected argument "secret"/);
  });
});
