import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addQuantity,
  canonicalQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  QuantityError,
  quantityMilli,
  quantitySign,
  quantityValue,
  roundUpToMilli,
  subQuantity,
} from '../../src/apimachinery/quantity.ts';

const q = parseQuantity;

test('quantities come back in canonical form', () => {
  const cases: Record<string, string> = {
    '0': '0',
    '0Ki': '0',
    '-0': '0',
    '1': '1',
    '100m': '100m',
    '0.5': '500m',
    '1000m': '1',
    '1024Ki': '1Mi',
    '1.5Gi': '1536Mi',
    '0.5Mi': '512Ki',
    '500Ki': '500Ki',
    '1000Ki': '1000Ki',
    '0.5Ki': '512',
    '0.1Ki': '102400m',
    '1e3': '1e3',
    '12E2': '1200',
    '1E': '1E',
    '1Ei': '1Ei',
    '100k': '100k',
    '1000k': '1M',
    '1500M': '1500M',
    '+1.50': '1500m',
    '-1.5': '-1500m',
    '.5': '500m',
    '5.': '5',
    '0.0000000001': '1n',
    '-0.0000000001': '-1n',
    '1e-400': '1e-9',
    '1000000': '1M',
    '128974848': '128974848',
    '16Ei': '9223372036854775807',
    '1000E': '1000E',
  };
  for (const [text, canonical] of Object.entries(cases)) {
    assert.equal(canonicalQuantity(text), canonical, text);
    assert.equal(canonicalQuantity(canonical), canonical, `${text} twice`);
  }
});

test('texts that are no quantities are refused with the reason', () => {
  const format = /^quantities must match the regular expression/;
  const suffix = /^unable to parse quantity's suffix$/;
  const cases: [string, RegExp][] = [
    ['', format],
    ['one', format],
    ['1 Gi', format],
    ['1.2.3', format],
    ['0x10', format],
    ['1,5', format],
    ['١', format],
    ['1GB', format],
    ['1mi', suffix],
    ['1ki', suffix],
    ['1K', suffix],
    ['1e', suffix],
    ['1e1000000000', suffix],
    ['1Mi5', suffix],
    ['9'.repeat(600), /^unable to parse numeric part/],
  ];
  for (const [text, message] of cases) {
    assert.throws(
      () => q(text),
      (error) => error instanceof QuantityError && message.test(error.message),
      text,
    );
  }
});

test('quantities are compared, added and rounded exactly', () => {
  assert.equal(compareQuantity(q('1Gi'), q('1G')), 1);
  assert.equal(compareQuantity(q('1000m'), q('1')), 0);
  assert.equal(compareQuantity(q('-1'), q('1n')), -1);
  assert.equal(formatQuantity(addQuantity(q('0'), q('1Gi'))), '1Gi');
  assert.equal(formatQuantity(addQuantity(q('100m'), q('0.9'))), '1');
  assert.equal(formatQuantity(subQuantity(q('1Gi'), q('512Mi'))), '512Mi');
  assert.equal(formatQuantity(subQuantity(q('1'), q('3'))), '-2');
  assert.equal(quantityValue(q('1001m')), 2n);
  assert.equal(quantityMilli(q('1u')), 1n);
  assert.equal(quantityMilli(q('2.5')), 2500n);
  assert.deepEqual([quantitySign(q('-1')), quantitySign(q('0')), quantitySign(q('1n'))], [-1, 0, 1]);
  assert.equal(formatQuantity(roundUpToMilli(q('100001u'))), '101m');
  assert.equal(formatQuantity(roundUpToMilli(q('1Gi'))), '1Gi');
});
