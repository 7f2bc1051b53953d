import type { IServiceSpec } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { isValidPortNum } from '../../../apimachinery/names.ts';
import { validateOneOf } from '../../validation/name-fields.ts';
import { invalidFor } from '../../validation/values.ts';
import { isExternallyAccessible, needsClusterIP, needsHealthCheckPort } from './kinds.ts';

const policies = ['Cluster', 'Local'];
const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

/** A service that is only a name spreads no traffic. A policy that makes no sense stays, for validation to tell. */
export function dropInternalPolicy(spec: IServiceSpec): void {
  if (!needsClusterIP(spec) && policies.includes(spec.internalTrafficPolicy ?? ''))
    delete spec.internalTrafficPolicy;
}

/** How traffic is spread. The health check port is handed out later, so that it may be missing. */
export function validateTraffic(spec: IServiceSpec, path: FieldPath): FieldError[] {
  const { internalTrafficPolicy, trafficDistribution } = spec;
  return [
    ...validateExternalPolicy(spec, path.child('externalTrafficPolicy')),
    ...validateHealthCheckPort(spec, path.child('healthCheckNodePort')),
    ...validateInternalPolicy(spec.type, internalTrafficPolicy, path.child('internalTrafficPolicy')),
    ...(trafficDistribution === undefined
      ? []
      : validateOneOf(trafficDistribution, distributions, path.child('trafficDistribution'))),
  ];
}

function validateExternalPolicy(spec: IServiceSpec, path: FieldPath): FieldError[] {
  const policy = spec.externalTrafficPolicy;
  if (!isExternallyAccessible(spec)) {
    return policy ? [invalid(path, policy, 'may only be set for externally-accessible services')] : [];
  }
  if (!policy) return [required(path)];
  return policies.includes(policy) ? [] : [notSupported(path, policy, policies)];
}

function validateHealthCheckPort(spec: IServiceSpec, path: FieldPath): FieldError[] {
  const port = spec.healthCheckNodePort;
  if (!port) return [];
  if (needsHealthCheckPort(spec)) return invalidFor(isValidPortNum(port), port, path);
  const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return [invalid(path, port, detail)];
}

function validateInternalPolicy(
  type: IServiceSpec['type'],
  policy: string | undefined,
  path: FieldPath,
): FieldError[] {
  if (policy === undefined) {
    return type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer' ? [required(path)] : [];
  }
  return validateOneOf(policy, policies, path);
}
