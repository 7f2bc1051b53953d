import { FieldPath } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { warningsForCIDR, warningsForIP } from '../../ip-fields.ts';
import { readSpec } from './kinds.ts';

const specPath = FieldPath.of('spec');
const oldHintsAnnotation = 'service.kubernetes.io/topology-aware-hints';

/** Warnings on a new or changed service (`GetWarningsForService`). */
export function serviceWarnings(object: KubeObject): string[] {
  const spec = readSpec(object);
  const { clusterIPs = [], externalIPs = [], loadBalancerSourceRanges = [] } = spec;
  const ofClusterIPs =
    spec.clusterIP && spec.clusterIP !== 'None'
      ? clusterIPs.flatMap((ip, i) => warningsForIP(ip, specPath.child('clusterIPs').index(i)))
      : [];
  return [
    ...(Object.hasOwn(object.metadata.annotations ?? {}, oldHintsAnnotation)
      ? [
          `annotation ${oldHintsAnnotation} is deprecated, please use service.kubernetes.io/topology-mode instead`,
        ]
      : []),
    ...ofClusterIPs,
    ...headlessWarnings(object),
    ...externalIPs.flatMap((ip, i) => warningsForIP(ip, specPath.child('externalIPs').index(i))),
    ...externalIPWarnings(object),
    ...(spec.loadBalancerIP ? warningsForIP(spec.loadBalancerIP, specPath.child('loadBalancerIP')) : []),
    ...loadBalancerSourceRanges.flatMap((cidr, i) =>
      warningsForCIDR(cidr, specPath.child('loadBalancerSourceRanges').index(i)),
    ),
    ...ignoredWarnings(object),
    ...(spec.trafficDistribution === 'PreferClose'
      ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']
      : []),
  ];
}

const isHeadlessClusterIP = (object: KubeObject) => {
  const { type, clusterIP } = readSpec(object);
  return type === 'ClusterIP' && clusterIP === 'None';
};

function headlessWarnings(object: KubeObject): string[] {
  if (!isHeadlessClusterIP(object)) return [];
  const { loadBalancerIP, externalIPs = [], sessionAffinity } = readSpec(object);
  return [
    ...(loadBalancerIP ? ['spec.loadBalancerIP is ignored for headless services'] : []),
    ...(externalIPs.length > 0 ? ['spec.externalIPs is ignored for headless services'] : []),
    ...(sessionAffinity !== 'None' ? ['spec.SessionAffinity is ignored for headless services'] : []),
  ];
}

function externalIPWarnings(object: KubeObject): string[] {
  const { type, externalIPs = [] } = readSpec(object);
  if (externalIPs.length === 0 || isHeadlessClusterIP(object) || type === 'ExternalName') return [];
  return ['spec.externalIPs is deprecated and may no longer be implemented in some clusters'];
}

function ignoredWarnings(object: KubeObject): string[] {
  const { type, externalIPs = [], externalName } = readSpec(object);
  if (type === 'ExternalName') {
    return externalIPs.length > 0 ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : [];
  }
  return externalName ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : [];
}
