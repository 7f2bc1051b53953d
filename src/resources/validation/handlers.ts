import type {
  IExecAction,
  IHTTPGetAction,
  ILifecycle,
  ILifecycleHandler,
  IProbe,
  ISleepAction,
} from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { flatMapped, joined } from '../../apimachinery/lists.ts';
import { isHTTPHeaderName, isValidPortName, isValidPortNum } from '../../apimachinery/names.ts';
import { validateOneOf } from './name-fields.ts';
import { invalidFor } from './values.ts';

type Handler = Pick<IProbe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<ILifecycleHandler, 'sleep'>;

/** In the order in which the message prints them. */
const schemes = ['HTTP', 'HTTPS'];
const handlerKinds = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** A port by number or by name. */
export function validatePortNumOrName(port: number | string | undefined, path: FieldPath): FieldError[] {
  const value = port ?? 0;
  return invalidFor(typeof value === 'number' ? isValidPortNum(value) : isValidPortName(value), value, path);
}

/** What a probe or lifecycle hook does: exactly one thing. */
export function validateHandler(
  handler: Handler,
  graceSeconds: number | undefined,
  path: FieldPath,
): FieldError[] {
  let errors: FieldError[] | undefined;
  for (const kind of handlerKinds) {
    if (!handler[kind]) continue;
    if (!errors) errors = validateAction(handler, kind, graceSeconds, path.child(kind));
    else errors.push(forbidden(path.child(kind), 'may not specify more than 1 handler type'));
  }
  return errors ?? [required(path, 'must specify a handler type')];
}

function validateAction(
  handler: Handler,
  kind: (typeof handlerKinds)[number],
  graceSeconds: number | undefined,
  path: FieldPath,
): FieldError[] {
  switch (kind) {
    case 'exec':
      return validateExec(handler.exec!, path);
    case 'httpGet':
      return validateHttpGet(handler.httpGet!, path);
    case 'sleep':
      return validateSleep(handler.sleep!, graceSeconds, path);
    default:
      return validatePortNumOrName(handler[kind]!.port, path.child('port'));
  }
}

const validateExec = ({ command }: IExecAction, path: FieldPath): FieldError[] =>
  (command ?? []).length === 0 ? [required(path.child('command'))] : [];

function validateHttpGet(action: IHTTPGetAction, path: FieldPath): FieldError[] {
  const { path: urlPath = '', port, scheme = '', httpHeaders = [] } = action;
  return joined(
    urlPath === '' ? [required(path.child('path'))] : [],
    validatePortNumOrName(port, path.child('port')),
    validateOneOf(scheme, schemes, path.child('scheme')),
    flatMapped(httpHeaders, ({ name = '' }) =>
      invalidFor(isHTTPHeaderName(name), name, path.child('httpHeaders')),
    ),
  );
}

function validateSleep(
  { seconds = 0 }: ISleepAction,
  graceSeconds: number | undefined,
  path: FieldPath,
): FieldError[] {
  if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  return [invalid(path, seconds, detail)];
}

const windowsStopSignals = ['SIGKILL', 'SIGTERM'];
const realTimeSignals = [
  ...Array.from({ length: 15 }, (_, i) => `SIGRTMIN+${i + 1}`),
  ...Array.from({ length: 14 }, (_, i) => `SIGRTMAX-${i + 1}`),
];
/** Sorted, as the message prints them. */
const linuxStopSignals = [
  ...'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT RTMAX RTMIN SEGV STKFLT'
    .split(' ')
    .map((name) => `SIG${name}`),
  ...'STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
    .split(' ')
    .map((name) => `SIG${name}`),
  ...realTimeSignals,
].sort();

function validateStopSignal(signal: string, os: string | undefined, path: FieldPath): FieldError[] {
  if (os === undefined) return [forbidden(path, 'may not be set for containers with empty `spec.os.name`')];
  const supported = os === 'windows' ? windowsStopSignals : os === 'linux' ? linuxStopSignals : [signal];
  return supported.includes(signal) ? [] : [notSupported(path, signal, supported)];
}

/** `lifecycle` of a container. `os` is `spec.os.name`, undefined without `spec.os`. */
export function validateLifecycle(
  { postStart, preStop, stopSignal }: ILifecycle,
  graceSeconds: number | undefined,
  os: string | undefined,
  path: FieldPath,
): FieldError[] {
  return [
    ...(postStart ? validateHandler(postStart, graceSeconds, path.child('postStart')) : []),
    ...(preStop ? validateHandler(preStop, graceSeconds, path.child('preStop')) : []),
    ...(stopSignal === undefined ? [] : validateStopSignal(stopSignal, os, path.child('stopSignal'))),
  ];
}
