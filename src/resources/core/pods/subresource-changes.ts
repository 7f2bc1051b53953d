import type { IContainer, IPod, IPodSpec } from 'kubernetes-models/v1';
import { cloneJson, type KubeObject } from '../../../apimachinery/object.ts';

const specOf = (object: KubeObject): IPodSpec => (object as unknown as IPod).spec ?? ({} as IPodSpec);

/** What `/ephemeralcontainers` and `/resize` never touch, whoever sends it. */
function keepAllBut(object: KubeObject, old: KubeObject, spec: IPodSpec): void {
  const { resourceVersion, managedFields } = object.metadata;
  object['spec'] = spec;
  if (old['status'] === undefined) delete object['status'];
  else object['status'] = cloneJson(old['status']);
  object.metadata = {
    ...cloneJson(old.metadata),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
}

/** Of what was sent only the ephemeral containers count. */
export function keepAllButEphemeralContainers(object: KubeObject, old: KubeObject): void {
  const { ephemeralContainers } = specOf(object);
  const { ephemeralContainers: _, ...spec } = cloneJson(specOf(old));
  keepAllBut(object, old, (ephemeralContainers ? { ...spec, ephemeralContainers } : spec) as IPodSpec);
}

/**
 * Of what was sent only the resources and resize policies count, of the containers and of the pod. Nothing is touched
 * when containers came or went, which validation refuses.
 */
export function keepAllButResources(object: KubeObject, old: KubeObject): void {
  const sent = specOf(object);
  const oldSpec = cloneJson(specOf(old));
  const lengths = ({ containers, initContainers }: IPodSpec) =>
    `${containers?.length ?? 0}/${initContainers?.length ?? 0}`;
  if (lengths(sent) !== lengths(oldSpec)) return;
  const { resources: _, ...spec } = oldSpec;
  const initContainers = withResources(sent.initContainers, oldSpec.initContainers);
  keepAllBut(object, old, {
    ...spec,
    ...(sent.resources ? { resources: sent.resources } : {}),
    containers: withResources(sent.containers, oldSpec.containers) ?? [],
    ...(initContainers ? { initContainers } : {}),
  });
}

/** The old containers with the new resources, or what was sent when a name differs: order and names must stay. */
function withResources(
  sent: IContainer[] | undefined,
  old: readonly IContainer[] | undefined,
): IContainer[] | undefined {
  if (!sent || !old || sent.some(({ name }, i) => name !== old[i]?.name)) return sent;
  return old.map(({ resources: _, resizePolicy: __, ...container }, i) => {
    const { resources, resizePolicy } = sent[i]!;
    return { ...container, ...(resources ? { resources } : {}), ...(resizePolicy ? { resizePolicy } : {}) };
  });
}
