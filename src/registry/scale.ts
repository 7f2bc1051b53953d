import { FieldPath, invalid } from '../apimachinery/field-error.ts';
import { definedOnly, isRecord, type KubeObject } from '../apimachinery/object.ts';
import { invalidError } from '../apimachinery/status.ts';
import type { ScaleSubresource } from '../scheme/definition.ts';
import type { Target } from './context.ts';
import { checkReplacedUid, checkResourceVersion, matchPath } from './write/metadata.ts';

/** The kind that `/scale` reads and writes. */
export const scaleKind = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  schema: 'io.k8s.api.autoscaling.v1.Scale',
} as const;

/** A workload as autoscaling/v1 Scale. `object` is in the stored version. */
export function toScale(view: ScaleSubresource, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = view.selector(object);
  return {
    kind: scaleKind.kind,
    apiVersion: `${scaleKind.group}/${scaleKind.version}`,
    metadata: definedOnly({ name, namespace, uid, resourceVersion, creationTimestamp }),
    spec: { replicas: view.specReplicas(object) },
    status: { replicas: view.statusReplicas(object), ...(selector === '' ? {} : { selector }) },
  };
}

/** Puts the size that `scale` asks for into `object`, which is at `key`, in place. 409 and 422 as for any update. */
export function applyScale(
  view: ScaleSubresource,
  target: Target,
  key: string,
  object: KubeObject,
  scale: KubeObject,
): KubeObject {
  matchPath(target, scale);
  const { uid, resourceVersion } = scale.metadata;
  checkResourceVersion(target, resourceVersion, object);
  if (uid) checkReplacedUid(target, key, uid, object);
  const spec = isRecord(scale['spec']) ? scale['spec'] : {};
  const replicas = typeof spec['replicas'] === 'number' ? spec['replicas'] : 0;
  if (replicas < 0) {
    throw invalidError(scaleKind, target.name, [
      invalid(FieldPath.of('spec', 'replicas'), replicas, 'must be greater than or equal to 0'),
    ]);
  }
  view.setReplicas(object, replicas);
  return object;
}
