/*
 * `npm test`: runs the tests, or those whose path contains one of the words given (`npm test -- kubectl watch`), and
 * ends with one line, `N passed, N failed`. Fails when a test fails and when none ran.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { addCounts, type Counts, countsText, noCounts } from './tests/counts.ts';
import { findProgram, type RealClientSuite, realClientSuites } from './tests/programs.ts';
import { type FileResult, killAll, runFile } from './tests/run-file.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
process.chdir(root);
process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

async function main(words: readonly string[]): Promise<number> {
  buildSchemas();
  const files = testFiles(words);
  if (files.length === 0) {
    console.error(`no file under test/ matches ${words.join(' ') || '*.test.ts'}`);
    console.log(countsText(noCounts));
    return 1;
  }
  const { plain, suites } = bySuite(files);
  const missing = suites.flatMap(({ suite, files }) => {
    const problem = findProgram(suite);
    return problem === undefined ? [] : [{ suite, files, problem }];
  });
  for (const { suite, files, problem } of missing) shout(suite, files, problem);
  const runnable = suites.filter(({ suite }) => !missing.some((other) => other.suite === suite));
  let counts = await runFiles([...plain, ...runnable.flatMap(({ files }) => files)]);
  for (const { suite, files, problem } of missing) {
    shout(suite, files, problem);
    counts = addCounts(counts, { ...noCounts, [inCi ? 'failed' : 'skipped']: files.length });
  }
  console.log(countsText(counts));
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

/** Runs the generator when what it made is missing or older than what it reads. */
function buildSchemas(): void {
  const modified = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = globSync([
    'src/scheme/facts/*',
    'tools/generate-schemas.ts',
    'tools/schemas/*.ts',
    'package-lock.json',
  ]);
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
  const what = `${inCi ? 'FAILED' : 'SKIPPED'}: ${files.length} test file(s) under ${suite.directory} did not run`;
  console.log([line, `!! ${what}: ${problem}`, `!! ${suite.howToGet}`, line].join('\n'));
}

/** Two at least: much of a test's time is waiting for another process. */
const concurrency = Math.max(2, availableParallelism());

async function runFiles(files: readonly string[]): Promise<Counts> {
  const directory = mkdtempSync(join(tmpdir(), 'binnacle-tests-'));
  const waiting = [...files];
  let counts = noCounts;
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runFile(file, directory);
      counts = addCounts(counts, result.counts);
      print(result);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  rmSync(directory, { recursive: true });
  return counts;
}

function print({ file, counts, failures, output, seconds }: FileResult): void {
  const ok = counts.failed === 0;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${file}: ${countsText(counts)} (${seconds.toFixed(1)} s)`);
  if (ok) return;
  for (const failure of failures) {
    console.log(
      `\n  ${failure.name}\n  ${relative(root, failure.file)}:${failure.line}\n${indent(failure.error)}\n`,
    );
  }
  if (output.trim() !== '') console.log(`  output of ${file}:\n${indent(output)}\n`);
}

const indent = (text: string): string => text.trimEnd().replace(/^/gm, '    ');

process.exitCode = await main(process.argv.slice(2));
