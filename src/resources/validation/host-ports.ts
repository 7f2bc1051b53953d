import type { IContainer, IContainerPort, IPodSpec } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { isValidPortName, isValidPortNum } from '../../apimachinery/names.ts';
import { invalidFor } from './values.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

/** A transport protocol; wants a value, as defaulting has run. */
export const validateProtocol = (protocol: string, path: FieldPath): FieldError[] => {
  if (protocol === '') return [required(path)];
  return protocols.includes(protocol) ? [] : [notSupported(path, protocol, protocols)];
};

/** `ports` of one container. */
export function validateContainerPorts(
  ports: readonly IContainerPort[] | undefined,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, port] of (ports ?? []).entries()) {
    const portPath = path.index(i);
    errors.push(...validatePortName(port.name ?? '', names, portPath.child('name')));
    errors.push(...validateContainerPort(port.containerPort ?? 0, portPath.child('containerPort')));
    if (port.hostPort) {
      errors.push(...invalidFor(isValidPortNum(port.hostPort), port.hostPort, portPath.child('hostPort')));
    }
    errors.push(...validateProtocol(port.protocol ?? '', portPath.child('protocol')));
  }
  return errors;
}

function validatePortName(name: string, names: Set<string>, path: FieldPath): FieldError[] {
  if (name === '') return [];
  const messages = isValidPortName(name);
  if (messages.length > 0) return invalidFor(messages, name, path);
  if (names.has(name)) return [duplicate(path, name)];
  names.add(name);
  return [];
}

const validateContainerPort = (port: number, path: FieldPath): FieldError[] =>
  port === 0 ? [required(path)] : invalidFor(isValidPortNum(port), port, path);

/** No two containers of the list take the same port of the host. */
export function validateUniqueHostPorts(containers: readonly IContainer[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  for (const [c, { ports = [] }] of containers.entries()) {
    for (const [p, { hostPort, hostIP = '', protocol }] of ports.entries()) {
      if (!hostPort) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key))
        errors.push(duplicate(path.index(c).child('ports').index(p).child('hostPort'), key));
      taken.add(key);
    }
  }
  return errors;
}

/** On the host's network the ports of containers are ports of the host; templates may leave that to the pod. */
export function validateHostNetworkPorts(spec: IPodSpec, isPod: boolean, path: FieldPath): FieldError[] {
  if (!spec.hostNetwork) return [];
  return (spec.containers ?? []).flatMap(({ ports = [] }, c) =>
    ports.flatMap(({ hostPort = 0, containerPort }, p) => {
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return [];
      const portPath = path.child('containers').index(c).child('ports').index(p).child('hostPort');
      return [invalid(portPath, hostPort, 'must match `containerPort` when `hostNetwork` is true')];
    }),
  );
}
