import assert from 'node:assert/strict';
import { it } from 'node:test';
import { files } from './source.ts';

/** The only places that ask the machine for time and chance. */
const owners = ['src/apimachinery/clock.ts', 'src/apimachinery/random.ts'];

const forbidden: readonly RegExp[] = [
  /\bDate\.now\b/,
  /\bnew Date\(\s*\)/,
  /\bDate\(\)/,
  /\bset(Timeout|Interval|Immediate)\b/,
  /\bperformance\.now\b/,
  /\bhrtime\b/,
  /\btimers\/promises\b/,
  /\bAbortSignal\.timeout\b/,
  /\bMath\.random\b/,
  /\brandom(UUID|Bytes|Int|FillSync|Fill)\b/,
  /\bgetRandomValues\b/,
];

it('only the clock and the source of randomness ask the machine for time and chance', () => {
  const found = files('src/**/*.ts')
    .filter(({ path }) => !owners.includes(path))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => !/^(\*|\/\/|\/\*)/.test(line) && forbidden.some((pattern) => pattern.test(line)))
        .map((line) => `${path}: ${line}`),
    );
  assert.deepEqual(found, []);
});
