import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1';
import { type FieldError, FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import { parseIP } from '../../../apimachinery/ip.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateIPField, warningsForIP } from '../../ip-fields.ts';
import { validateDNS1123Subdomain } from '../../validation/name-fields.ts';

const ingressPath = FieldPath.of('status', 'loadBalancer', 'ingress');

const pointsOf = (object: KubeObject) => (object as unknown as IIngress).status?.loadBalancer?.ingress ?? [];

/** Where the ingress is reached: addresses and host names. */
export function validateIngressStatus(object: KubeObject, old: KubeObject): FieldError[] {
  const oldIPs = pointsOf(old).flatMap(({ ip }) => (ip ? [ip] : []));
  return pointsOf(object).flatMap(({ ip = '', hostname = '' }, i) => {
    const path = ingressPath.index(i);
    const hostPath = path.child('hostname');
    return [
      ...(ip === '' ? [] : validateIPField(ip, path.child('ip'), oldIPs)),
      ...(hostname === '' ? [] : validateDNS1123Subdomain(hostname, hostPath)),
      ...(parseIP(hostname) ? [invalid(hostPath, hostname, 'must be a DNS name, not an IP address')] : []),
    ];
  });
}

export const statusWarnings = (object: KubeObject): string[] =>
  pointsOf(object).flatMap(({ ip }, i) => (ip ? warningsForIP(ip, ingressPath.index(i)) : []));
