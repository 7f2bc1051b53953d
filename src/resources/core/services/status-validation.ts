import type { ILoadBalancerIngress, IService } from 'kubernetes-models/v1';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { parseIP } from '../../../apimachinery/ip.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateIPField } from '../../ip-fields.ts';
import { validateDNS1123Subdomain } from '../../validation/name-fields.ts';
import { readSpec } from './kinds.ts';

const ingressPath = FieldPath.of('status', 'loadBalancer', 'ingress');
const ipModes = ['Proxy', 'VIP'];

const ingressOf = (object: KubeObject) => (object as unknown as IService).status?.loadBalancer?.ingress ?? [];

/** Only load balancers have ingress points; each is an address with a mode, or a host name. */
export function validateServiceStatus(object: KubeObject, old: KubeObject): FieldError[] {
  const ingress = ingressOf(object);
  if (readSpec(object).type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbidden(ingressPath, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const oldIPs = ingressOf(old).flatMap(({ ip }) => (ip ? [ip] : []));
  return ingress.flatMap((point, i) => validatePoint(point, oldIPs, ingressPath.index(i)));
}

function validatePoint(
  point: ILoadBalancerIngress,
  oldIPs: readonly string[],
  path: FieldPath,
): FieldError[] {
  const { ip = '', hostname = '' } = point;
  const errors = ip === '' ? [] : validateIPField(ip, path.child('ip'), oldIPs);
  errors.push(...validateMode(point, path.child('ipMode')));
  if (hostname !== '') {
    errors.push(...validateDNS1123Subdomain(hostname, path.child('hostname')));
    if (parseIP(hostname)) {
      errors.push(invalid(path.child('hostname'), hostname, 'must be a DNS name, not an IP address'));
    }
  }
  return errors;
}

function validateMode({ ip, ipMode }: ILoadBalancerIngress, path: FieldPath): FieldError[] {
  if (ipMode === undefined) return ip ? [required(path, 'must be specified when `ip` is set')] : [];
  if (!ip) return [forbidden(path, 'may not be specified when `ip` is not set')];
  return ipModes.includes(ipMode) ? [] : [notSupported(path, ipMode, ipModes)];
}
