import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Counts, noCounts } from './counts.ts';
import type { FailureLine, ReportLine } from './reporter.ts';

export interface FileResult {
  readonly file: string;
  readonly counts: Counts;
  readonly failures: readonly FailureLine[];
  /** What the file printed, and why it failed when no single test did. */
  readonly output: string;
  readonly seconds: number;
}

/** A file that takes longer than this hangs. */
const fileTimeoutMs = 300_000;

const reporter = fileURLToPath(new URL('reporter.ts', import.meta.url));

const running = new Set<number>();

/** Runs a test file in a process group of its own, which is gone afterwards with everything the file started. */
export async function runFile(file: string, directory: string): Promise<FileResult> {
  const startedMs = performance.now();
  const report = join(directory, `${file.replaceAll('/', '+')}.jsonl`);
  const options = [
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${report}`,
    '--disable-warning=ExperimentalWarning',
  ];
  const child = spawn(process.execPath, [...options, file], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const group = child.pid ?? 0;
  running.add(group);
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(group);
  }, fileTimeoutMs);
  const ending = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ?? (code === 0 ? '' : `exit code ${code}`)));
  });
  clearTimeout(timer);
  killGroup(group);
  running.delete(group);
  const problem = timedOut
    ? `did not end within ${fileTimeoutMs / 1000} s: something it opened is still open`
    : ending;
  return {
    ...readReport(file, report, problem, Buffer.concat(output).toString()),
    seconds: (performance.now() - startedMs) / 1000,
  };
}

/** Ends what runs, when the whole run is ended from outside. */
export function killAll(): void {
  for (const group of running) killGroup(group);
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

function readReport(
  file: string,
  report: string,
  problem: string,
  output: string,
): Omit<FileResult, 'seconds'> {
  const lines = readLines(report);
  const failures = lines.filter((line) => line.type === 'failure');
  const counts = lines.find((line) => line.type === 'counts') ?? noCounts;
  const { passed, failed, skipped } = counts;
  const silent = counts === noCounts && problem === '' ? 'it has no tests' : problem;
  if (silent === '' || failed > 0) return { file, counts: { passed, failed, skipped }, failures, output };
  return {
    file,
    counts: { passed, failed: Math.max(1, failures.length), skipped },
    failures,
    output: `${output}\n${file}: ${silent}`,
  };
}

function readLines(report: string): ReportLine[] {
  try {
    const lines = readFileSync(report, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as ReportLine);
  } catch {
    // A process that was killed leaves no report, or half a line of one.
    return [];
  }
}
