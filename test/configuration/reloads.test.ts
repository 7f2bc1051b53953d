import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { createReloads } from '../../src/configuration/reloads.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';

const number = (text: string): number => {
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`${text} is no number`);
  return value;
};

describe('a followed file', () => {
  it('is read again when it is written or replaced, and keeps its last good content', async (t) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'n');
    await writeFile(path, '1');
    const errors: string[] = [];
    const reloads = createReloads(realClock, { ...silentLog, error: (message) => errors.push(message) });
    t.after(() => reloads.stop());
    let current = 0;
    await reloads.follow('n', path, number, (value) => void (current = value));
    assert.equal(current, 1);

    await writeFile(path, '2');
    await until(() => current === 2);

    await writeFile(path, 'three');
    await until(() => reloads.states()[0]!.failure !== undefined);
    assert.equal(current, 2);
    assert.deepEqual(reloads.states(), [
      { name: 'n', successes: 2, failures: 1, failure: 'three is no number' },
    ]);
    assert.deepEqual(errors, ['configuration not reloaded; the last good one stays in use']);

    await writeFile(`${path}.new`, '4');
    await rename(`${path}.new`, path);
    await until(() => current === 4);
    assert.equal(reloads.states()[0]!.failure, undefined);
  });

  it('must be good at first', async (t) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'n');
    const reloads = createReloads(realClock, silentLog);
    t.after(() => reloads.stop());
    await assert.rejects(
      reloads.follow('n', path, number, () => {}),
      { message: `${path}: there is no such file` },
    );
    assert.deepEqual(reloads.states(), []);
  });
});
