import type { IServicePort, IServiceSpec } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { isValidPortName, isValidPortNum } from '../../../apimachinery/names.ts';
import { portProtocols } from '../../port-protocols.ts';
import { validateDNS1123Label, validateQualifiedName } from '../../validation/name-fields.ts';
import { invalidFor } from '../../validation/values.ts';

/** Names are given and differ when there are several ports; no port and node port is used twice in one protocol. */
export function validatePorts({ type, ports = [] }: IServiceSpec, specPath: FieldPath): FieldError[] {
  const path = specPath.child('ports');
  const names = new Set<string>();
  return [
    ...ports.flatMap((port, i) => validatePort(port, ports.length > 1, names, path.index(i))),
    ...(type === 'ClusterIP' ? forbidNodePorts(ports, path) : []),
    ...repeated(ports, ({ protocol, nodePort }) => (nodePort ? `${protocol}/${nodePort}` : undefined)).map(
      ([i, { nodePort }]) => duplicate(path.index(i).child('nodePort'), nodePort),
    ),
    ...repeated(ports, ({ protocol, port }) => `${protocol}/${port}`).map(([i, { protocol, port }]) =>
      duplicate(path.index(i), printedPort(protocol, port)),
    ),
  ];
}

function validatePort(
  { name = '', port = 0, protocol, targetPort, appProtocol }: IServicePort,
  needsName: boolean,
  names: Set<string>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name !== '') {
    errors.push(...validateDNS1123Label(name, path.child('name')));
    if (names.has(name)) errors.push(duplicate(path.child('name'), name));
    names.add(name);
  } else if (needsName) {
    errors.push(required(path.child('name')));
  }
  errors.push(...invalidFor(isValidPortNum(port), port, path.child('port')));
  if (!protocol) errors.push(required(path.child('protocol')));
  else if (!portProtocols.includes(protocol)) {
    errors.push(notSupported(path.child('protocol'), protocol, portProtocols));
  }
  errors.push(...validateTargetPort(targetPort ?? 0, path.child('targetPort')));
  if (appProtocol !== undefined)
    errors.push(...validateQualifiedName(appProtocol, path.child('appProtocol')));
  return errors;
}

const validateTargetPort = (target: string | number, path: FieldPath): FieldError[] =>
  invalidFor(typeof target === 'number' ? isValidPortNum(target) : isValidPortName(target), target, path);

function forbidNodePorts(ports: readonly IServicePort[], path: FieldPath): FieldError[] {
  return ports.flatMap(({ nodePort }, i) =>
    nodePort
      ? [forbidden(path.index(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'")]
      : [],
  );
}

/** The ports whose key came before, with their places. */
function repeated(
  ports: readonly IServicePort[],
  keyOf: (port: IServicePort) => string | undefined,
): [number, IServicePort][] {
  const seen = new Set<string>();
  return ports.flatMap((port, i): [number, IServicePort][] => {
    const key = keyOf(port);
    if (key === undefined) return [];
    if (seen.has(key)) return [[i, port]];
    seen.add(key);
    return [];
  });
}

/** The reference server prints its own struct, of which only protocol and port are filled. */
const printedPort = (protocol: string | undefined, port: number) => ({
  Name: '',
  Protocol: protocol ?? '',
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
});
