import type { IEndpointSlice } from 'kubernetes-models/discovery.k8s.io/v1';
import { FieldPath } from '../../../apimachinery/field-error.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import type { Strategy } from '../../../scheme/definition.ts';
import { warningsForIP } from '../../ip-fields.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './validation.ts';

const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const controllers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

/** Everything of a slice is desired state: it has no status, and its labels say whose it is. */
function changed(object: KubeObject, old: KubeObject): boolean {
  const content = ({ metadata, ...rest }: KubeObject) => ({ ...rest, labels: metadata.labels ?? {} });
  return !jsonEqual(content(object), content(old));
}

/** `deprecatedTopology` was made for v1beta1; who writes v1 says where an endpoint runs with `nodeName`. */
function dropTopology(object: KubeObject, old?: KubeObject): void {
  if (old && jsonEqual(object['endpoints'], old['endpoints'])) return;
  for (const endpoint of (object as unknown as IEndpointSlice).endpoints ?? []) {
    delete endpoint.deprecatedTopology;
  }
}

function warnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const { addressType, endpoints } = object as unknown as IEndpointSlice;
  const ofType = !old && addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
  if (controllers.includes(object.metadata.labels?.[managedByLabel] ?? '')) return ofType;
  return [
    ...ofType,
    ...(endpoints ?? []).flatMap(({ addresses }, i) =>
      (addresses ?? []).flatMap((address, j) =>
        warningsForIP(address, FieldPath.of('endpoints').index(i).child('addresses').index(j)),
      ),
    ),
  ];
}

export const strategy: Strategy = {
  bumpsGeneration: changed,
  prepareForCreate: (object) => dropTopology(object),
  prepareForUpdate: (object, old) => dropTopology(object, old),
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
  warnings,
};
