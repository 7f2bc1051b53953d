import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldSelectorError, parseFieldSelector } from '../../src/apimachinery/field-selector.ts';

test('field selectors are read, matched and written', () => {
  const fields: Record<string, string> = {
    'metadata.name': 'web',
    'status.phase': 'Running',
    odd: 'a,b=c\\d',
  };
  const cases: [string, string, boolean][] = [
    ['', '', true],
    ['metadata.name=web', 'metadata.name=web', true],
    ['status.phase!=Running,metadata.name==web', 'metadata.name=web,status.phase!=Running', false],
    ['status.phase!=Failed', 'status.phase!=Failed', true],
    ['missing=', 'missing=', true],
    [',metadata.name=web,', 'metadata.name=web', true],
    ['odd=a\\,b\\=c\\\\d', 'odd=a\\,b\\=c\\\\d', true],
  ];
  for (const [text, canonical, matches] of cases) {
    const selector = parseFieldSelector(text);
    assert.equal(selector.text, canonical);
    assert.equal(
      selector.matchesFields((field) => fields[field] ?? ''),
      matches,
      text,
    );
  }
  assert.equal(parseFieldSelector('a=b,metadata.name=x').exactMatch('metadata.name'), 'x');
  assert.equal(parseFieldSelector('metadata.name!=x').exactMatch('metadata.name'), undefined);
});

test('broken field selectors are refused in the words of the reference server', () => {
  const cases: Record<string, string> = {
    web: "invalid selector: 'web'; can't understand 'web'",
    'a=b,c': "invalid selector: 'a=b,c'; can't understand 'c'",
    'a=b=c': 'invalid field selector: unescaped character in value: 61',
    'a=b\\c': 'invalid field selector: invalid escape sequence: \\c',
    'a=b\\': 'invalid field selector: invalid escape sequence: \\',
  };
  for (const [text, message] of Object.entries(cases)) {
    assert.throws(
      () => parseFieldSelector(text),
      (error) => error instanceof FieldSelectorError && error.message === message,
      text,
    );
  }
});
