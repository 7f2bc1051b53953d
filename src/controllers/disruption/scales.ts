import type { OwnerReference } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import { unlessNotFound } from '../../client/failure.ts';
import type { Informers } from '../../client/informers.ts';
import { deployments, replicaSets, replicationControllers, statefulSets } from '../../client/kinds.ts';
import type { AnyStored } from '../../client/resource.ts';
import { type Source, source } from '../loop.ts';
import { controllerOf } from '../owners.ts';

export interface Scale {
  /** Of whom the number was asked: of a ReplicaSet's Deployment when it has one. */
  readonly uid: string;
  readonly replicas: number;
}

/** How many pods controllers want. */
export interface Scales {
  /** Undefined when there is no such controller, or it has no number. */
  of(owner: OwnerReference, namespace: string): Promise<Scale | undefined>;
  /** Changes of that number concern these keys of the namespace. */
  source(keysIn: (namespace: string) => readonly string[]): readonly Source[];
}

type Scaled = AnyStored & { readonly spec?: { readonly replicas?: number } };

export function createScales(client: Client, informers: Informers): Scales {
  const sets = informers.of(replicaSets);
  const kinds = {
    ReplicationController: informers.of(replicationControllers),
    ReplicaSet: sets,
    Deployment: informers.of(deployments),
    StatefulSet: informers.of(statefulSets),
  };
  const known = ({ kind, name, uid }: OwnerReference, namespace: string): Scaled | undefined => {
    if (!Object.hasOwn(kinds, kind)) return undefined;
    const object = kinds[kind as keyof typeof kinds].get(namespace, name) as Scaled | undefined;
    return object?.metadata.uid === uid ? object : undefined;
  };
  const scaleOf = ({ metadata, spec }: Scaled): Scale => ({
    uid: metadata.uid,
    replicas: spec?.replicas ?? 1,
  });
  /** Other kinds are asked by their scale subresource. */
  const asked = async (owner: OwnerReference, namespace: string): Promise<Scale | undefined> => {
    const [group, version] = owner.apiVersion.includes('/')
      ? owner.apiVersion.split('/')
      : ['', owner.apiVersion];
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const list = (await unlessNotFound(client.send('GET', root))) as
      | { readonly resources?: readonly { readonly name: string; readonly kind: string }[] }
      | undefined;
    const resource = list?.resources?.find(({ kind, name }) => kind === owner.kind && !name.includes('/'));
    if (!resource) return undefined;
    const path = `${root}/namespaces/${namespace}/${resource.name}/${owner.name}/scale`;
    const scale = (await unlessNotFound(client.send('GET', path))) as Scaled | undefined;
    return scale?.metadata.uid === owner.uid ? scaleOf(scale) : undefined;
  };
  return {
    async of(owner, namespace) {
      if (!Object.hasOwn(kinds, owner.kind)) return asked(owner, namespace);
      const object = known(owner, namespace);
      if (!object) return undefined;
      const above = owner.kind === 'ReplicaSet' ? controllerOf(object) : undefined;
      const deployment = above?.kind === 'Deployment' ? known(above, namespace) : undefined;
      return scaleOf(deployment ?? object);
    },
    source: (keysIn) =>
      Object.values(kinds).map((informer) =>
        source(informer as never, (after: Scaled | undefined, before: Scaled | undefined) =>
          after && before && after.spec?.replicas === before.spec?.replicas
            ? []
            : keysIn((after ?? before)!.metadata.namespace ?? ''),
        ),
      ),
  };
}
