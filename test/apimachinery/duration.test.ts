import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatGoDuration, humanDuration, parseGoDuration } from '../../src/apimachinery/duration.ts';

const [s, m, h, d] = [1000, 60_000, 3_600_000, 86_400_000];

test('ages read as kubectl prints them', () => {
  const cases: [number, string][] = [
    [-2 * s, '<invalid>'],
    [-1 * s, '0s'],
    [0, '0s'],
    [119 * s, '119s'],
    [2 * m, '2m'],
    [2 * m + 1 * s, '2m1s'],
    [10 * m + 5 * s, '10m'],
    [179 * m, '179m'],
    [3 * h, '3h'],
    [3 * h + 20 * m, '3h20m'],
    [8 * h + 20 * m, '8h'],
    [47 * h, '47h'],
    [48 * h, '2d'],
    [51 * h, '2d3h'],
    [8 * d, '8d'],
    [729 * d, '729d'],
    [730 * d, '2y'],
    [735 * d, '2y5d'],
    [8 * 365 * d + 5 * d, '8y'],
  ];
  for (const [ms, text] of cases) assert.equal(humanDuration(ms), text);
});

test('Go durations are read and written', () => {
  const cases: [string, number, string][] = [
    ['5m', 5 * m, '5m0s'],
    ['1h30m', 90 * m, '1h30m0s'],
    ['1.5s', 1500, '1.5s'],
    ['-100ms', -100, '-100ms'],
    ['0', 0, '0s'],
    ['2us', 0.002, '2µs'],
    ['1h0m0.25s', h + 250, '1h0m0.25s'],
  ];
  for (const [text, ms, canonical] of cases) {
    assert.equal(parseGoDuration(text), ms);
    assert.equal(formatGoDuration(ms), canonical);
  }
  const broken: Record<string, string> = {
    '': 'time: invalid duration ""',
    '5': 'time: missing unit in duration "5"',
    '5x': 'time: unknown unit "x" in duration "5x"',
    '.s': 'time: invalid duration ".s"',
    abc: 'time: invalid duration "abc"',
    '9999999999h': 'time: invalid duration "9999999999h"',
  };
  for (const [text, message] of Object.entries(broken))
    assert.throws(() => parseGoDuration(text), { message });
});
