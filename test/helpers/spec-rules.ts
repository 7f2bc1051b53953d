import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/** A test that every numbered rule of a SPEC.md has a test whose name begins with its number, and the other way round. */
export function rulesAreTested(spec: URL, directory: URL): void {
  test('every rule of SPEC.md has a test named by its number', () => {
    const rules = [...readFileSync(spec, 'utf8').matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map(
      ([, rule]) => rule!,
    );
    const tests = readdirSync(directory)
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => readFileSync(new URL(file, directory), 'utf8'))
      .join('\n');
    const tested = [...tests.matchAll(/\b(?:test|it)\(\s*['"`]([A-Z]\d+) /g)].map(([, rule]) => rule!);
    assert.ok(rules.length > 0);
    assert.deepEqual(
      rules.filter((rule) => !tested.includes(rule)),
      [],
      'rules without a test',
    );
    assert.deepEqual(
      tested.filter((rule) => !rules.includes(rule)),
      [],
      'tests without a rule',
    );
  });
}
