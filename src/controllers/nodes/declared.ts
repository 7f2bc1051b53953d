import type {
  ContainerStart,
  Ending,
  Implementation,
  Instance,
  ProbeKind,
  ProbeSegment,
} from './container.ts';
import { createContainerLog } from './container-log.ts';

/** How an attempt of a container goes, as data. Times are milliseconds since it started. */
export interface DeclaredCourse {
  /** How long it runs; absent: until it is stopped. */
  readonly runsMs?: number;
  /** How it then ends. */
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
  /** From SIGTERM until it ends; infinite when it does not listen. */
  readonly terminationMs: number;
  /** With what it ends after SIGTERM. */
  readonly terminationExitCode: number;
  readonly probes: Readonly<Partial<Record<ProbeKind, readonly DeclaredAnswer[]>>>;
  /** What it writes, in order of time. */
  readonly lines: readonly DeclaredLine[];
}

export interface DeclaredAnswer {
  readonly afterMs: number;
  readonly success: boolean;
  readonly output: string;
}

export interface DeclaredLine {
  readonly afterMs: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** 128 and the number of the signal, as a shell counts. */
const exitCodeOfSigterm = 143;
const exitCodeOfSigkill = 137;

/** What nobody declared: runs until somebody wants it to stop, and then stops. */
export const runsOn: DeclaredCourse = Object.freeze({
  exitCode: 0,
  terminationMs: 0,
  terminationExitCode: exitCodeOfSigterm,
  probes: {},
  lines: [],
});

/** What nobody declared of an init container: the pod is to get to what comes after it. */
export const endsAtOnce: DeclaredCourse = Object.freeze({ ...runsOn, runsMs: 0 });

const reasonOf = (exitCode: number): string => (exitCode === 0 ? 'Completed' : 'Error');

/** An instance that does what was declared: everything follows from when it started and when it is stopped. */
export function declared(course: DeclaredCourse): Implementation {
  const start = ({ startedMs }: ContainerStart): Instance => {
    let ending: Ending | undefined;
    if (course.runsMs !== undefined) {
      ending = {
        atMs: startedMs + course.runsMs,
        exitCode: course.exitCode,
        reason: course.reason ?? reasonOf(course.exitCode),
        ...(course.message === undefined ? {} : { message: course.message }),
      };
    }
    const endAt = (atMs: number, exitCode: number) => {
      if (ending && ending.atMs <= atMs) return;
      ending = { atMs, exitCode, reason: reasonOf(exitCode) };
    };
    return {
      log: createContainerLog(
        course.lines.map(({ afterMs, stream, text }) => ({ atMs: startedMs + afterMs, stream, text })),
      ),
      ending: () => ending,
      probe: (kind): readonly ProbeSegment[] =>
        (course.probes[kind] ?? []).map(({ afterMs, success, output }) => ({
          fromMs: startedMs + afterMs,
          ...{ success, output },
        })),
      terminate(atMs) {
        if (course.terminationMs !== Number.POSITIVE_INFINITY) {
          endAt(atMs + course.terminationMs, course.terminationExitCode);
        }
      },
      kill: (atMs) => endAt(atMs, exitCodeOfSigkill),
    };
  };
  return { start, resume: start };
}
