import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, it } from 'node:test';
import { printedDocs } from '../../tools/write-docs.ts';
import { codeWords, files, readText, root, tableRows } from './source.ts';

const packageJson = JSON.parse(readText('package.json'));

describe('printed documentation is current (run `node tools/write-docs.ts`)', () => {
  for (const [path, text] of printedDocs()) {
    it(path, () => assert.equal(readText(path), text));
  }
});

it('docs/dependencies.md has every dependency, and no other', () => {
  const page = readText('docs/dependencies.md');
  const [runtime = '', development = ''] = page.split('## For development');
  const named = (text: string) =>
    tableRows(text, 'package')
      .map(([name]) => codeWords(name!)[0])
      .sort();
  assert.deepEqual(named(runtime), Object.keys(packageJson.dependencies).sort());
  assert.deepEqual(named(development), Object.keys(packageJson.devDependencies).sort());
});

describe('docs/limits.md gives the values of the code', () => {
  const sections = readText('docs/limits.md').split(/^## /m).slice(1);
  for (const [name = '', value = '', file = ''] of sections.flatMap((text) => tableRows(text, 'limit'))) {
    const [constant = '', expression = '', path = ''] = [name, value, file].map((cell) => codeWords(cell)[0]);
    it(`${constant} in ${path}`, () => {
      const assigned = new RegExp(`\\b${constant}(?::[^=\\n]+=| =|:) ([^;,}]+?) ?[;,}]`, 'g');
      const values = [...readText(path).matchAll(assigned)].map(([, text]) => text);
      assert.ok(values.includes(expression), `${path} has ${values.join(', ') || 'no such constant'}`);
    });
  }
});

describe('README.md', () => {
  const rows = tableRows(readText('README.md'), 'area');

  it('has a table of features', () => assert.ok(rows.length > 20));

  for (const [area, state = '', note = ''] of rows) {
    it(`${area}: ${state}`, () => {
      assert.match(state, /^(works|partly|not yet)$/);
      if (state !== 'works') return;
      const tests = codeWords(note);
      assert.ok(tests.length > 0, 'names no test');
      for (const path of tests)
        assert.ok(path.endsWith('.test.ts') && existsSync(root + path), `${path} is no test`);
    });
  }
});

describe('docs/security.md names tests that exist', () => {
  const sections = readText('docs/security.md').split(/^## /m).slice(1);
  for (const [promise = '', shown = ''] of sections.flatMap((text) => tableRows(text, 'promise'))) {
    it(promise, () => {
      // `path`, or `path`: title
      const named = [...shown.matchAll(/`(test\/[^`]+)`(?:: (.*?)(?=, `test\/|$))?/g)];
      assert.ok(named.length > 0, 'names no test');
      for (const [, path = '', title] of named) {
        assert.ok(existsSync(root + path), `${path} is no test`);
        if (title !== undefined) assert.ok(readText(path).includes(title), `${path} has no test "${title}"`);
      }
    });
  }
});

it('links between the pages lead somewhere', () => {
  const broken = files('*.md', 'docs/*.md', 'examples/*.md').flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)]
      .map(([, target]) => posix.join(posix.dirname(path), target!))
      .filter((target) => !existsSync(root + target))
      .map((target) => `${path}: ${target}`),
  );
  assert.deepEqual(broken, []);
});

it('src/version.ts has the version of package.json', async () => {
  const { version } = await import('../../src/version.ts');
  assert.equal(version, packageJson.version);
});
