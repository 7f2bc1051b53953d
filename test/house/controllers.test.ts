import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { controllerNames } from '../../src/controllers/index.ts';
import { nothingToDo } from '../../src/controllers/nothing-to-do.ts';
import { codeWords, files, readText, tableRows } from './source.ts';

const [running = '', idle = ''] = readText('docs/controllers.md').split('## What has nothing to do here');
const rows = tableRows(running, 'controller').map((cells): readonly (readonly string[])[] =>
  cells.map(codeWords),
);
const roles = files('src/resources/bootstrap/rbac/*.ts')
  .map(({ text }) => text)
  .join('');

describe('docs/controllers.md', () => {
  it('has every controller by all its names, in the order of the list', () =>
    assert.deepEqual(
      rows.map(([name = [], older = []]) => [...name, ...older]),
      controllerNames,
    ));

  for (const [[name] = [], , [account = ''] = [], [folder = ''] = []] of rows) {
    it(`${name} is in src/controllers/${folder} and is ${account}`, () => {
      const text = files(`src/controllers/${folder}/*.ts`, 'src/controllers/manager.ts')
        .map((file) => file.text)
        .join('');
      assert.ok(text.includes(`'${name}'`), 'has another name');
      assert.ok(text.includes(`'${account}'`), 'is somebody else');
      if (!account.startsWith('system:'))
        assert.ok(new RegExp(`'(system:controller:)?${account}'`).test(roles), 'has no role');
    });
  }

  it('has every name that is accepted and stands for nothing', () =>
    assert.deepEqual(
      tableRows(idle, 'controller').map(([name = '', older = '']) => [
        ...codeWords(name),
        ...codeWords(older),
      ]),
      nothingToDo,
    ));
});
