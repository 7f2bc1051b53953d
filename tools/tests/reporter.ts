import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

/** A test that failed, as text for people. */
export interface FailureLine {
  readonly type: 'failure';
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly error: string;
}

export interface CountsLine {
  readonly type: 'counts';
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a test file's process writes: one JSON value a line, the counts last. */
export type ReportLine = FailureLine | CountsLine;

/** A reporter for `--test-reporter`, writing ReportLines. */
export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const names: string[] = [];
  for await (const event of source) {
    if (event.type === 'test:start') {
      names.length = event.data.nesting;
      names.push(event.data.name);
    }
    if (event.type === 'test:fail' && isOwnFailure(event.data)) yield toLine(failure(event.data, names));
    if (event.type === 'test:summary') yield toLine(counts(event.data.counts));
  }
}

const toLine = (line: ReportLine): string => `${JSON.stringify(line)}\n`;

type DataOf<Type extends TestEvent['type']> = Extract<TestEvent, { type: Type }>['data'];
type TestFail = DataOf<'test:fail'>;
type TestError = Error & { readonly failureType?: string; readonly cause?: unknown };

/** A parent fails because a test in it did; that one tells why. */
function isOwnFailure({ details, todo }: TestFail): boolean {
  return todo === undefined && (details.error as TestError).failureType !== 'subtestsFailed';
}

function failure({ name, nesting, file, line, details }: TestFail, names: readonly string[]): FailureLine {
  const error = details.error as TestError;
  const cause = error.cause ?? error;
  return {
    type: 'failure',
    file: file ?? '',
    line: line ?? 0,
    name: [...names.slice(0, nesting), name].join(' > '),
    error: errorText(cause),
  };
}

/** The message of a failed assertion has what was compared; of other errors, their fields may tell more. */
function errorText(cause: unknown): string {
  if (typeof cause === 'string') return cause;
  const assertion = cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'ERR_ASSERTION';
  const text = assertion ? String(cause.stack) : inspect(cause, { depth: 8, maxStringLength: 20_000 });
  return text.replace(/^ +at .*\bnode:internal\/.*\n?/gm, '');
}

/** Whatever did not pass and was not left out failed, cancelled tests too. */
function counts({ tests, passed, skipped, todo }: DataOf<'test:summary'>['counts']): CountsLine {
  return { type: 'counts', passed, failed: tests - passed - skipped - todo, skipped: skipped + todo };
}
