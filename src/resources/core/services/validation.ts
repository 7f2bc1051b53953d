import type { IServiceSpec } from 'kubernetes-models/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { validateLabels } from '../../../apimachinery/labels-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateEndpointIP, validateIPField } from '../../ip-fields.ts';
import { validateDNS1123Subdomain, validateQualifiedName } from '../../validation/name-fields.ts';
import { validateClusterIPs, validateClusterIPsUpdate } from './cluster-ips.ts';
import { isHeadless, needsHealthCheckPort, readSpec } from './kinds.ts';
import { validatePorts } from './ports.ts';
import { validateSourceRanges } from './source-ranges.ts';
import { validateTraffic } from './traffic.ts';

const specPath = FieldPath.of('spec');
const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const affinities = ['ClientIP', 'None'];
const maxAffinitySeconds = 86_400;

const hintsAnnotation = 'service.kubernetes.io/topology-aware-hints';
const modeAnnotation = 'service.kubernetes.io/topology-mode';

/**
 * The rules of a service that need no look at the cluster (core `validateService`). Addresses and ports that the server
 * hands out may still be missing.
 */
export function validateService(object: KubeObject, old?: KubeObject): FieldError[] {
  const spec = readSpec(object);
  const oldSpec = old && readSpec(old);
  return [
    ...validateTopologyAnnotations(object),
    ...validateForType(spec),
    ...validatePorts(spec, specPath),
    ...validateLabels(spec.selector, specPath.child('selector')),
    ...validateAffinity(spec),
    ...validateClusterIPs(spec, oldSpec),
    ...validateExternalIPs(spec, oldSpec),
    ...validateType(spec),
    ...validateSourceRanges(object, old),
    ...validateLoadBalancer(spec),
    ...validateTraffic(spec, specPath),
  ];
}

/** As `validateService`, and what may not change. */
export function validateServiceUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const spec = readSpec(object);
  const oldSpec = readSpec(old);
  const errors = validateService(object, old);
  // What makes no sense in itself is not compared with what was there.
  const makeSense = errors.every(({ field }) => !field.startsWith('spec.clusterIPs'));
  return [
    ...(makeSense ? validateClusterIPsUpdate(spec, oldSpec) : []),
    ...validateClassUpdate(spec, oldSpec),
    ...validateHealthCheckPortUpdate(spec, oldSpec),
    ...errors,
  ];
}

function validateTopologyAnnotations({ metadata: { annotations = {} } }: KubeObject): FieldError[] {
  const mode = annotations[modeAnnotation];
  const hints = annotations[hintsAnnotation];
  if (mode === undefined || hints === undefined || mode === hints) return [];
  const path = FieldPath.of('metadata', 'annotations').key(modeAnnotation);
  return [invalid(path, mode, `must match annotations[${hintsAnnotation}] when both are specified`)];
}

function validateForType(spec: IServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const headless = isHeadless(spec);
  if ((spec.ports ?? []).length === 0 && !headless && spec.type !== 'ExternalName') {
    errors.push(required(specPath.child('ports')));
  }
  if (headless && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    const detail = `may not be set to 'None' for ${spec.type} services`;
    errors.push(invalid(specPath.child('clusterIPs').index(0), 'None', detail));
  }
  return spec.type === 'ExternalName' ? [...errors, ...validateExternalName(spec)] : errors;
}

function validateExternalName(spec: IServiceSpec): FieldError[] {
  const given = [
    ['clusterIPs', (spec.clusterIPs ?? []).length > 0],
    ['ipFamilies', (spec.ipFamilies ?? []).length > 0],
    ['ipFamilyPolicy', spec.ipFamilyPolicy !== undefined],
  ] as const;
  const errors = given
    .filter(([, isSet]) => isSet)
    .map(([field]) => forbidden(specPath.child(field), 'may not be set for ExternalName services'));
  // A final dot says that the name is complete.
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  const path = specPath.child('externalName');
  return [...errors, ...(name === '' ? [required(path)] : validateDNS1123Subdomain(name, path))];
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: IServiceSpec): FieldError[] {
  const path = specPath.child('sessionAffinity');
  const configPath = specPath.child('sessionAffinityConfig');
  if (!sessionAffinity) return [required(path)];
  if (!affinities.includes(sessionAffinity)) return [notSupported(path, sessionAffinity, affinities)];
  if (sessionAffinity === 'None') {
    return sessionAffinityConfig
      ? [forbidden(configPath, 'must not be set when session affinity is None')]
      : [];
  }
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined) {
    return [required(configPath, 'when session affinity type is ClientIP')];
  }
  if (seconds > 0 && seconds <= maxAffinitySeconds) return [];
  const detail = `must be greater than 0 and less than ${maxAffinitySeconds}`;
  return [invalid(configPath.child('clientIP', 'timeoutSeconds'), seconds, detail)];
}

function validateExternalIPs(
  { externalIPs = [] }: IServiceSpec,
  old: IServiceSpec | undefined,
): FieldError[] {
  const path = specPath.child('externalIPs');
  return externalIPs.flatMap((ip, i) => {
    const errors = validateIPField(ip, path.index(i), old?.externalIPs);
    return errors.length > 0 ? errors : validateEndpointIP(ip, path.index(i));
  });
}

function validateType({ type }: IServiceSpec): FieldError[] {
  if (!type) return [required(specPath.child('type'))];
  return serviceTypes.includes(type) ? [] : [notSupported(specPath.child('type'), type, serviceTypes)];
}

const onlyLoadBalancers = "may only be used when `type` is 'LoadBalancer'";

function validateLoadBalancer(spec: IServiceSpec): FieldError[] {
  const { type, allocateLoadBalancerNodePorts, loadBalancerClass } = spec;
  const classPath = specPath.child('loadBalancerClass');
  if (type === 'LoadBalancer') {
    return [
      ...(allocateLoadBalancerNodePorts === undefined
        ? [required(FieldPath.of('allocateLoadBalancerNodePorts'))]
        : []),
      ...(loadBalancerClass === undefined ? [] : validateQualifiedName(loadBalancerClass, classPath)),
    ];
  }
  return [
    ...(allocateLoadBalancerNodePorts === undefined
      ? []
      : [forbidden(specPath.child('allocateLoadBalancerNodePorts'), onlyLoadBalancers)]),
    ...(loadBalancerClass === undefined ? [] : [forbidden(classPath, onlyLoadBalancers)]),
  ];
}

function validateClassUpdate(spec: IServiceSpec, old: IServiceSpec): FieldError[] {
  if (spec.type !== 'LoadBalancer' || old.type !== 'LoadBalancer') return [];
  if (spec.loadBalancerClass === old.loadBalancerClass) return [];
  return [invalid(specPath.child('loadBalancerClass'), spec.loadBalancerClass, 'may not change once set')];
}

function validateHealthCheckPortUpdate(spec: IServiceSpec, old: IServiceSpec): FieldError[] {
  if (!needsHealthCheckPort(spec) || !needsHealthCheckPort(old)) return [];
  if (spec.healthCheckNodePort === old.healthCheckNodePort) return [];
  return [forbidden(specPath.child('healthCheckNodePort'), 'field is immutable')];
}
