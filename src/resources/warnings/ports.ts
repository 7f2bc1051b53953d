import type { IContainerPort } from 'kubernetes-models/v1';
import type { FieldPath } from '../../apimachinery/field-error.ts';
import { flatMapped } from '../../apimachinery/lists.ts';
import type { PlacedContainer } from './containers.ts';

interface PlacedPort {
  readonly port: IContainerPort;
  readonly path: FieldPath;
}

/** A port as the reference server prints its struct. */
const structText = ({ name = '', hostPort = 0, containerPort, protocol, hostIP = '' }: IContainerPort) =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol ?? ''} HostIP:${hostIP}}`;

/** How a port is in the way of an earlier one with the same number and protocol. */
function clash(port: IContainerPort, other: IContainerPort): string | undefined {
  const [hostPort, otherHostPort] = [port.hostPort ?? 0, other.hostPort ?? 0];
  const [hostIP, otherHostIP] = [port.hostIP ?? '', other.hostIP ?? ''];
  if (hostIP === otherHostIP && hostPort === otherHostPort) return 'duplicate port definition';
  if (hostPort === 0 || otherHostPort === 0) return 'overlapping port definition';
  const oneIsAnyAddress = (hostIP === '') !== (otherHostIP === '');
  return hostPort === otherHostPort && oneIsAnyAddress ? 'dangerously ambiguous port definition' : undefined;
}

/** Ports of a pod that are given twice, or by a name that is taken. */
export function portWarnings(containers: readonly PlacedContainer[]): string[] {
  const ports = flatMapped(containers, ({ container, path }) =>
    (container.ports ?? []).map((port, i) => ({ port, path: path.child('ports').index(i) })),
  );
  return [...clashWarnings(ports), ...nameWarnings(ports)];
}

/** Earlier ports of one number that a port is compared with. An answer carries only so many warnings. */
const maxCompared = 100;

function clashWarnings(ports: readonly PlacedPort[]): string[] {
  const warnings: string[] = [];
  const seen = new Map<string, PlacedPort[]>();
  for (const { port, path } of ports) {
    if (port.hostIP && !port.hostPort)
      warnings.push(`${path}: hostIP set without hostPort: ${structText(port)}`);
    const key = `${port.containerPort}/${port.protocol}`;
    let others = seen.get(key);
    if (!others) seen.set(key, (others = []));
    for (const other of others) {
      const problem = clash(port, other.port);
      if (problem) warnings.push(`${path}: ${problem} with ${other.path}`);
    }
    if (others.length < maxCompared) others.push({ port, path });
  }
  return warnings;
}

function nameWarnings(ports: readonly PlacedPort[]): string[] {
  const warnings: string[] = [];
  const seen = new Map<string, FieldPath>();
  for (const { port, path } of ports) {
    if (!port.name) continue;
    const other = seen.get(port.name);
    if (!other) {
      seen.set(port.name, path);
      continue;
    }
    warnings.push(
      `${path}: duplicate port name ${JSON.stringify(port.name)} with ${other}, services and probes that select ports by name will use ${other}`,
    );
  }
  return warnings;
}
