import type { Draft } from '../client/client.ts';
import type { Pod, ReplicaSet } from '../client/kinds.ts';
import type { AnyStored, Resource } from '../client/resource.ts';
import { controllerReference } from './owners.ts';

/** What a controller makes pods from. */
export type PodTemplate = NonNullable<NonNullable<ReplicaSet['spec']>['template']>;

/** Names of pods begin with that of their owner, cut where a random ending would make it too long for a label. */
const longestPrefix = 'x'.repeat(58).length;

/** A pod of `owner`, which controls it. Its name is left to the server. */
export function podFrom(template: PodTemplate, resource: Resource, owner: AnyStored): Draft<Pod> {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const prefix = `${owner.metadata.name}-`;
  return {
    metadata: {
      generateName: prefix.length > longestPrefix ? prefix.slice(0, longestPrefix) : prefix,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [controllerReference(resource, owner)],
    },
    ...(template.spec ? { spec: template.spec } : {}),
  };
}
