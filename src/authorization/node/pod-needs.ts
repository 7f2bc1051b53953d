import type { IPodSpec, IPodStatus } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import { configMapReferences } from '../../resources/core/pods/config-map-references.ts';
import { secretReferences } from '../../resources/core/pods/secret-references.ts';
import { readStruct } from '../../resources/struct-fields.ts';

/** Kinds of objects that a node may read because a pod of it names them. */
export type NeededKind =
  | 'secrets'
  | 'configmaps'
  | 'persistentvolumeclaims'
  | 'serviceaccounts'
  | 'resourceclaims';

export const neededKey = (kind: NeededKind, namespace: string, name: string): string =>
  `${kind}/${namespace}/${name}`;

const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** Everything of the pod's namespace that its node needs, as `neededKey`s. */
export function podNeeds(pod: KubeObject): ReadonlySet<string> {
  const { namespace = '', annotations } = pod.metadata;
  // A node makes these itself; they must not open anything to it.
  if (annotations && Object.hasOwn(annotations, mirrorAnnotation)) return new Set();
  const { serviceAccountName = '' } = readStruct<IPodSpec>(pod, 'spec');
  const keys = (kind: NeededKind, names: readonly string[]) =>
    names.filter((name) => name !== '').map((name) => neededKey(kind, namespace, name));
  return new Set([
    ...keys('serviceaccounts', [serviceAccountName]),
    ...keys(
      'secrets',
      secretReferences(pod).map(({ name }) => name),
    ),
    ...keys('configmaps', configMapReferences(pod)),
    ...keys('persistentvolumeclaims', volumeClaims(pod)),
    ...keys('resourceclaims', resourceClaims(pod)),
  ]);
}

function volumeClaims(pod: KubeObject): string[] {
  const { volumes = [] } = readStruct<IPodSpec>(pod, 'spec');
  return volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${pod.metadata.name}-${name}`] : [];
  });
}

interface ClaimStatus {
  readonly resourceClaimStatuses?: readonly { readonly name: string; readonly resourceClaimName?: string }[];
  readonly extendedResourceClaimStatus?: { readonly resourceClaimName?: string };
}

/** Claims that are named, and those that were made from a template. */
function resourceClaims(pod: KubeObject): string[] {
  const { resourceClaims: wanted = [] } = readStruct<IPodSpec>(pod, 'spec');
  const { resourceClaimStatuses = [], extendedResourceClaimStatus } = readStruct<IPodStatus & ClaimStatus>(
    pod,
    'status',
  );
  const named = wanted.map(
    ({ name, resourceClaimName }) =>
      resourceClaimName ??
      resourceClaimStatuses.find((status) => status.name === name)?.resourceClaimName ??
      '',
  );
  return [...named, extendedResourceClaimStatus?.resourceClaimName ?? ''];
}
