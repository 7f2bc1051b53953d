import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldPath, invalid, notSupported } from '../../src/apimachinery/field-error.ts';
import { goQuote } from '../../src/apimachinery/go-quote.ts';

test('texts are quoted as Go quotes them', () => {
  const cases: readonly (readonly [text: string, quoted: string])[] = [
    ['plain', '"plain"'],
    ['say "no" \\ <&>', '"say \\"no\\" \\\\ <&>"'],
    ['\x00\x07\b\t\n\v\f\r\x1b\x7f', '"\\x00\\a\\b\\t\\n\\v\\f\\r\\x1b\\x7f"'],
    ['é 日本 😀', '"é 日本 😀"'],
    ['\u200b\u00a0\u2028\u{e0001}', '"\\u200b\\u00a0\\u2028\\U000e0001"'],
  ];
  for (const [text, quoted] of cases) assert.equal(goQuote(text), quoted);
});

test('findings quote values so', () => {
  const path = FieldPath.of('spec', 'x');
  assert.equal(invalid(path, '\x00\u200b', 'no').message, 'Invalid value: "\\x00\\u200b": no');
  assert.equal(notSupported(path, '\t', ['a']).message, 'Unsupported value: "\\t": supported values: "a"');
});
