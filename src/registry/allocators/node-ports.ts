import type { IServicePort, IServiceSpec } from 'kubernetes-models/v1';
import { FieldPath, invalid } from '../../apimachinery/field-error.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { type ApiError, internalError, invalidError } from '../../apimachinery/status.ts';
import {
  mayHaveNodePorts,
  needsHealthCheckPort,
  needsNodePorts,
  readSpec,
  specOf,
} from '../../resources/core/services/kinds.ts';
import type { Claim } from '../hooks.ts';
import type { PortClaims, PortOperation } from './port-claims.ts';
import { heldPorts } from './service-spec.ts';

/** How often a service may find that another replica took the ports that it was about to get. */
const maxLostPorts = 20;

/** Takes the node ports that a write of a service needs and fills them in. Throws 422 or 500, having kept none. */
export async function claimNodePorts(
  claims: PortClaims,
  service: KubeObject,
  old: KubeObject | undefined,
  dryRun: boolean,
): Promise<Claim> {
  const spec = specOf(service);
  const oldSpec = old && readSpec(old);
  const { ports, healthCheckNodePort } = spec;
  for (let lost = 0; ; lost++) {
    if (ports) spec.ports = ports.map((entry) => ({ ...entry }));
    if (healthCheckNodePort !== undefined) spec.healthCheckNodePort = healthCheckNodePort;
    else delete spec.healthCheckNodePort;
    const operation = claims.begin(dryRun);
    try {
      fill(operation, service, spec, oldSpec);
      if ((await operation.claim()).length === 0) return claimOf(operation, spec, oldSpec);
      if (lost === maxLostPorts) throw internalError('failed to allocate a nodePort: lost too many races');
    } catch (error) {
      await operation.revert();
      throw error;
    }
    await operation.revert();
  }
}

function fill(
  operation: PortOperation,
  service: KubeObject,
  spec: IServiceSpec,
  old: IServiceSpec | undefined,
): void {
  if (mayHaveNodePorts(spec)) {
    if (old) fillChanged(operation, service, spec, old);
    else fillNew(operation, service, spec);
  }
  if (needsHealthCheckPort(spec) && !(old && needsHealthCheckPort(old))) {
    fillHealthCheckPort(operation, spec);
  }
}

function claimOf(operation: PortOperation, spec: IServiceSpec, old: IServiceSpec | undefined): Claim {
  const kept = new Set(heldPorts(spec));
  const dropped = old ? heldPorts(old).filter((port) => !kept.has(port)) : [];
  return { commit: () => operation.commit(dropped), revert: () => operation.revert() };
}

/** Entries of one service port that differ in their protocol share a number. */
function fillNew(operation: PortOperation, service: KubeObject, spec: IServiceSpec): void {
  const ports = spec.ports ?? [];
  const numbers = new Map<number, number>();
  for (const [i, entry] of ports.entries()) {
    if (!entry.nodePort && !needsNodePorts(spec)) continue;
    const shared = numbers.get(entry.port);
    if (shared !== undefined && (!entry.nodePort || entry.nodePort === shared)) {
      entry.nodePort = shared;
      continue;
    }
    const wanted = shared === undefined ? wantedNumber(ports, entry) : entry.nodePort;
    entry.nodePort = wanted ? takeExactly(operation, service, i, wanted) : takeAny(operation);
    if (shared === undefined) numbers.set(entry.port, entry.nodePort);
  }
}

const wantedNumber = (ports: readonly IServicePort[], { port }: IServicePort): number | undefined =>
  ports.find((other) => other.port === port && other.nodePort)?.nodePort;

/** Numbers that the service had, it keeps. */
function fillChanged(
  operation: PortOperation,
  service: KubeObject,
  spec: IServiceSpec,
  old: IServiceSpec,
): void {
  const held = new Set((old.ports ?? []).map(({ nodePort }) => nodePort));
  for (const [i, entry] of (spec.ports ?? []).entries()) {
    if (entry.nodePort) {
      if (!held.has(entry.nodePort)) held.add(takeExactly(operation, service, i, entry.nodePort));
    } else if (needsNodePorts(spec)) {
      entry.nodePort = takeAny(operation);
    }
  }
}

function fillHealthCheckPort(operation: PortOperation, spec: IServiceSpec): void {
  const wanted = spec.healthCheckNodePort;
  if (!wanted) {
    const port = operation.takeAny();
    if (port === undefined) {
      throw internalError('failed to allocate a HealthCheck NodePort 0: range is full');
    }
    spec.healthCheckNodePort = port;
    return;
  }
  const problem = operation.take(wanted);
  if (problem) throw internalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${problem}`);
}

function takeExactly(operation: PortOperation, service: KubeObject, index: number, wanted: number): number {
  const problem = operation.take(wanted);
  if (problem) throw refused(service, index, wanted, problem);
  return wanted;
}

function takeAny(operation: PortOperation): number {
  const port = operation.takeAny();
  if (port === undefined) throw internalError('failed to allocate a nodePort: range is full');
  return port;
}

const refused = ({ metadata }: KubeObject, index: number, wanted: number, why: string): ApiError =>
  invalidError({ group: '', kind: 'Service' }, metadata.name ?? '', [
    invalid(FieldPath.of('spec', 'ports').index(index).child('nodePort'), wanted, why),
  ]);
