import {
  type LabelSelector,
  type LabelSelectorObject,
  selectorFromLabelSelector,
} from '../../apimachinery/label-selector.ts';
import { isRecord } from '../../apimachinery/object.ts';
import type { ProbeKind } from './container.ts';
import { type DeclaredAnswer, type DeclaredCourse, type DeclaredLine, runsOn } from './declared.ts';

/** What is declared about one container, or with `name` '*' about all that nothing else is declared about. */
export interface ContainerBehavior {
  readonly name: string;
  /** How the first attempts go; the last one stands for all that follow. Never empty. */
  readonly attempts: readonly AttemptBehavior[];
}

export interface AttemptBehavior {
  readonly imageProblem?: string;
  readonly startDelayMs: number;
  /** Absent when nothing is said of how it goes: then the command decides. */
  readonly course?: DeclaredCourse;
}

/** A declaration that cannot be read; the message says where and why. */
export class BehaviorError extends Error {}

const maxBehaviors = 100;
const maxContainers = 100;
const maxAttempts = 100;
const maxAnswers = 100;
const maxLines = 1_000;
const secondMs = 1_000;
const probeKinds: readonly ProbeKind[] = ['startup', 'liveness', 'readiness'];

type Fields = Readonly<Record<string, unknown>>;

/** What is declared about pods. */
export interface PodBehavior {
  readonly selector: LabelSelector;
  readonly containers: readonly ContainerBehavior[];
}

/** `{"containers": […]}`, about the pod that says it. Throws a BehaviorError. */
export const readBehavior = (given: unknown): readonly ContainerBehavior[] =>
  readContainers(fields(given, '', ['containers'])['containers'], '');

/** `[{"selector": …, "containers": […]}, …]`, about the pods of a namespace. Throws a BehaviorError or a LabelSelectorError. */
export const readBehaviors = (given: unknown): readonly PodBehavior[] =>
  list(given, 'the behaviors', maxBehaviors).map((one, i) => {
    const { selector, containers } = fields(one, `[${i}]`, ['selector', 'containers']);
    const labels = fields(selector ?? {}, `[${i}].selector`, ['matchLabels', 'matchExpressions']);
    return {
      selector: selectorFromLabelSelector(labels as LabelSelectorObject),
      containers: readContainers(containers, `[${i}].`),
    };
  });

function readContainers(containers: unknown, before: string): readonly ContainerBehavior[] {
  return list(containers, `${before}containers`, maxContainers).map((one, i) => {
    const at = `${before}containers[${i}]`;
    const { name, attempts, ...first } = fields(one, at, ['name', 'attempts', ...attemptFields]);
    const begun = Object.keys(first).length > 0 ? [readAttempt(first, at)] : [];
    const more = list(attempts, `${at}.attempts`, maxAttempts).map((attempt, j) =>
      readAttempt(fields(attempt, `${at}.attempts[${j}]`, attemptFields), `${at}.attempts[${j}]`),
    );
    const all = [...more, ...begun];
    if (all.length === 0) throw new BehaviorError(`${at}: says nothing`);
    return { name: text(name, `${at}.name`) ?? '*', attempts: all };
  });
}

const courseFields = [
  ...['runSeconds', 'exitCode', 'reason', 'message', 'terminationSeconds', 'ignoresTermination'],
  ...['terminationExitCode', 'probes', 'logs'],
];
const attemptFields = ['image', 'imageMessage', 'startDelaySeconds', ...courseFields];

function readAttempt(given: Fields, at: string): AttemptBehavior {
  const image = text(given['image'], `${at}.image`);
  if (image !== undefined && image !== 'Absent' && image !== 'Present') {
    throw new BehaviorError(`${at}.image: must be Absent or Present`);
  }
  const absent = image === 'Absent';
  const speaks = courseFields.some((name) => given[name] !== undefined);
  return {
    ...(absent ? { imageProblem: text(given['imageMessage'], `${at}.imageMessage`) ?? 'not found' } : {}),
    startDelayMs: milliseconds(given['startDelaySeconds'], `${at}.startDelaySeconds`) ?? 0,
    ...(speaks ? { course: readCourse(given, at) } : {}),
  };
}

function readCourse(given: Fields, at: string): DeclaredCourse {
  const runsMs = milliseconds(given['runSeconds'], `${at}.runSeconds`);
  const exitCode = code(given['exitCode'], `${at}.exitCode`);
  const reason = text(given['reason'], `${at}.reason`);
  const message = text(given['message'], `${at}.message`);
  const ignores = given['ignoresTermination'] === true;
  const terminationMs = milliseconds(given['terminationSeconds'], `${at}.terminationSeconds`) ?? 0;
  // Who says how it ends and not when means: at once.
  const ends = runsMs ?? (exitCode === undefined && reason === undefined ? undefined : 0);
  return {
    ...(ends === undefined ? {} : { runsMs: ends }),
    exitCode: exitCode ?? (reason === undefined || reason === 'Completed' ? 0 : 1),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    terminationMs: ignores ? Number.POSITIVE_INFINITY : terminationMs,
    terminationExitCode:
      code(given['terminationExitCode'], `${at}.terminationExitCode`) ?? runsOn.terminationExitCode,
    probes: readProbes(given['probes'], `${at}.probes`),
    lines: list(given['logs'], `${at}.logs`, maxLines).map((line, i) => readLine(line, `${at}.logs[${i}]`)),
  };
}

function readProbes(given: unknown, at: string): DeclaredCourse['probes'] {
  if (given === undefined) return {};
  const probes = fields(given, at, probeKinds);
  return Object.fromEntries(
    probeKinds
      .filter((kind) => probes[kind] !== undefined)
      .map((kind) => [
        kind,
        list(probes[kind], `${at}.${kind}`, maxAnswers).map((one, i) =>
          readAnswer(one, `${at}.${kind}[${i}]`),
        ),
      ]),
  );
}

function readAnswer(given: unknown, at: string): DeclaredAnswer {
  const answer = fields(given, at, ['afterSeconds', 'result', 'message']);
  const { result } = answer;
  if (result !== 'Success' && result !== 'Failure') {
    throw new BehaviorError(`${at}.result: must be Success or Failure`);
  }
  return {
    afterMs: milliseconds(answer['afterSeconds'], `${at}.afterSeconds`) ?? 0,
    success: result === 'Success',
    output: text(answer['message'], `${at}.message`) ?? 'declared to fail',
  };
}

function readLine(given: unknown, at: string): DeclaredLine {
  const line = fields(given, at, ['afterSeconds', 'text', 'stream']);
  const stream = line['stream'] ?? 'stdout';
  if (stream !== 'stdout' && stream !== 'stderr') {
    throw new BehaviorError(`${at}.stream: must be stdout or stderr`);
  }
  return {
    afterMs: milliseconds(line['afterSeconds'], `${at}.afterSeconds`) ?? 0,
    stream,
    text: `${text(line['text'], `${at}.text`) ?? ''}\n`,
  };
}

function fields(given: unknown, at: string, known: readonly string[]): Fields {
  if (!isRecord(given)) throw new BehaviorError(`${at || 'the behavior'}: must be an object`);
  const stranger = Object.keys(given).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new BehaviorError(`${at === '' ? '' : `${at}.`}${stranger}: there is no such field`);
  }
  return given;
}

function list(given: unknown, at: string, max: number): readonly unknown[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw new BehaviorError(`${at}: must be a list`);
  if (given.length > max) throw new BehaviorError(`${at}: must not have more than ${max} entries`);
  return given;
}

function text(given: unknown, at: string): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'string') throw new BehaviorError(`${at}: must be a string`);
  return given;
}

function code(given: unknown, at: string): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 0 || given > 255) {
    throw new BehaviorError(`${at}: must be a number from 0 to 255`);
  }
  return given;
}

function milliseconds(given: unknown, at: string): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'number' || !(given >= 0) || !Number.isFinite(given)) {
    throw new BehaviorError(`${at}: must be a number of seconds`);
  }
  return Math.round(given * secondMs);
}
