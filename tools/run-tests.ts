/*
 * `npm test`: runs the tests, or those whose path contains one of the words given (`npm test -- kubectl watch`), and
 * ends with one line, `N passed, N failed`. Fails when a test fails and when none ran.
 */
import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findProgram, type RealClientSuite, realClientSuites } from './tests/programs.ts';
import { addCounts, type Counts, countsLine, noCounts, report } from './tests/report.ts';

/** A file that takes longer than this hangs. */
const fileTimeoutMs = 300_000;

const root = fileURLToPath(new URL('../', import.meta.url));
process.chdir(root);
process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  buildSchemas();
  const files = testFiles(words);
  if (files.length === 0) {
    console.error(`no file under test/ matches ${words.join(' ') || '*.test.ts'}`);
    console.log(countsLine(noCounts));
    return 1;
  }
  const { plain, suites } = bySuite(files);
  const missing = suites.flatMap(({ suite, files }) => {
    const problem = findProgram(suite);
    return problem === undefined ? [] : [{ suite, files, problem }];
  });
  for (const { suite, files, problem } of missing) shout(suite, files, problem);
  let counts = await runFiles(plain);
  for (const { suite, files } of suites) {
    if (!missing.some((other) => other.suite === suite)) counts = addCounts(counts, await runFiles(files));
  }
  for (const { suite, files, problem } of missing) {
    shout(suite, files, problem);
    counts = addCounts(counts, { ...noCounts, [inCi ? 'failed' : 'skipped']: files.length });
  }
  console.log(countsLine(counts));
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

/** Runs the generator when what it made is missing or older than what it reads. */
function buildSchemas(): void {
  const modified = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = globSync(['src/scheme/facts/*', 'tools/generate-schemas.ts', 'tools/schemas/*.ts', 'package-lock.json']);
  const made = Math.min(modified('build/schemas.json'), modified('build/descriptions.json'));
  if (made >= Math.max(...inputs.map(modified))) return;
  const { status } = spawnSync(process.execPath, ['tools/generate-schemas.ts'], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`tools/generate-schemas.ts failed with exit code ${status}`);
}

function testFiles(words: readonly string[]): string[] {
  const matches = (file: string) => words.length === 0 || words.some((word) => file.includes(word));
  return globSync('test/**/*.test.ts').filter(matches).sort();
}

interface SuiteFiles {
  readonly suite: RealClientSuite;
  readonly files: string[];
}

function bySuite(files: readonly string[]): { plain: string[]; suites: SuiteFiles[] } {
  const inSuite = (suite: RealClientSuite, file: string) => file.startsWith(suite.directory);
  return {
    plain: files.filter((file) => !realClientSuites.some((suite) => inSuite(suite, file))),
    suites: realClientSuites
      .map((suite) => ({ suite, files: files.filter((file) => inSuite(suite, file)) }))
      .filter(({ files }) => files.length > 0),
  };
}

const inCi = process.env['CI'] === 'true';

function shout(suite: RealClientSuite, files: readonly string[], problem: string): void {
  const line = '!'.repeat(100);
  console.log(
    [
      line,
      `!! ${inCi ? 'FAILED' : 'SKIPPED'}: ${files.length} test file(s) under ${suite.directory} did not run: ${problem}`,
      `!! ${suite.howToGet}`,
      line,
    ].join('\n'),
  );
}

function runFiles(files: readonly string[]): Promise<Counts> {
  if (files.length === 0) return Promise.resolve(noCounts);
  const events = run({
    files: [...files],
    concurrency: Math.max(2, availableParallelism()),
    timeout: fileTimeoutMs,
  });
  return report(events, (file) => relative(root, file));
}
