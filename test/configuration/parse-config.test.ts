import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { ConfigError } from '../../src/configuration/config-error.ts';
import { parseConfig } from '../../src/configuration/parse-config.ts';

const harbour = {
  apiVersions: ['example.test/v1'],
  kind: 'HarbourConfiguration',
  schema: z.strictObject({
    berths: z.array(z.strictObject({ name: z.string(), metres: z.number().optional() })).optional(),
  }),
};
const head = 'apiVersion: example.test/v1\nkind: HarbourConfiguration\n';
const parse = (text: string) => parseConfig('harbour.yaml', text, harbour);

describe('a configuration file', () => {
  it('is read from YAML and from JSON', () => {
    const expected = { berths: [{ name: 'north', metres: 12 }] };
    assert.deepEqual(parse(`${head}berths:\n- name: north\n  metres: 12\n`), expected);
    const json = JSON.stringify({ apiVersion: 'example.test/v1', kind: 'HarbourConfiguration', ...expected });
    assert.deepEqual(parse(json), expected);
  });

  const refused: readonly [string, string, string][] = [
    [
      'a field that nobody knows',
      `${head}berths:\n- name: north\n  depth: 3\n`,
      'harbour.yaml:5: berths[0].depth: unknown field',
    ],
    ['a wrong type', `${head}berths:\n- name: 7\n`, 'harbour.yaml:4: berths[0].name: must be string'],
    ['a missing field', `${head}berths:\n- metres: 7\n`, 'harbour.yaml:4: berths[0].name: Required value'],
    [
      'two findings',
      `${head}berths:\n- name: 7\nhours: 2\n`,
      'harbour.yaml:4: berths[0].name: must be string; 5: hours: unknown field',
    ],
    [
      'another kind',
      'apiVersion: example.test/v1\nkind: Port\n',
      'harbour.yaml:2: kind: must be HarbourConfiguration',
    ],
    [
      'another version',
      'kind: HarbourConfiguration\napiVersion: v9\n',
      'harbour.yaml:2: apiVersion: must be example.test/v1',
    ],
    ['no object', '- 1\n', 'harbour.yaml: must hold one HarbourConfiguration object'],
    ['nothing', '', 'harbour.yaml: is empty'],
    ['two documents', `${head}---\n${head}`, 'harbour.yaml: holds more than one document'],
    ['a key twice', `${head}kind: HarbourConfiguration\n`, 'harbour.yaml:3: Map keys must be unique'],
    ['a broken line', `${head}berths: [\n`, 'harbour.yaml:4: '],
  ];
  for (const [what, text, message] of refused) {
    it(`with ${what} is refused: ${message}`, () => {
      assert.throws(
        () => parse(text),
        (error) => error instanceof ConfigError && error.message.startsWith(message),
      );
    });
  }

  it('cannot grow by aliases', () => {
    const levels = Array.from({ length: 12 }, (_, at) => `- &a${at + 1} [${`*a${at},`.repeat(9)}]`).join(
      '\n',
    );
    assert.throws(() => parse(`${head}berths:\n- &a0 [1]\n${levels}\n`), /alias/i);
  });
});
