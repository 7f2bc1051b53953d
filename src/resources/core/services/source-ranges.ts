import { type FieldError, FieldPath, forbidden } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateCIDRField } from '../../ip-fields.ts';
import { readSpec } from './kinds.ts';

const annotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const onlyLoadBalancers = "may only be used when `type` is 'LoadBalancer'";

const rangesOf = (object: KubeObject | undefined) =>
  ((object && readSpec(object).loadBalancerSourceRanges) ?? []).map((text) => text.trim());

const annotationOf = (object: KubeObject | undefined) => {
  const annotations = object?.metadata.annotations ?? {};
  return Object.hasOwn(annotations, annotation) ? annotations[annotation] : undefined;
};

/** Who may reach a load balancer: ranges in the spec or, from older times, in an annotation. Spaces don't count. */
export function validateSourceRanges(object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const ranges = rangesOf(object);
  const ofLoadBalancer = readSpec(object).type === 'LoadBalancer';
  if (ranges.length > 0) {
    // The reference server writes this field name with a capital.
    const path = FieldPath.of('spec', 'LoadBalancerSourceRanges');
    return [
      ...(ofLoadBalancer ? [] : [forbidden(path, onlyLoadBalancers)]),
      ...ranges.flatMap((range, i) => validateCIDRField(range, path.index(i), rangesOf(old))),
    ];
  }
  const text = annotationOf(object);
  if (text === undefined) return [];
  const path = FieldPath.of('metadata', 'annotations').key(annotation);
  const unchanged = text === annotationOf(old);
  const texts = unchanged || text.trim() === '' ? [] : text.split(',');
  return [
    ...(ofLoadBalancer ? [] : [forbidden(path, onlyLoadBalancers)]),
    ...texts.flatMap((range) => validateCIDRField(range.trim(), path)),
  ];
}
