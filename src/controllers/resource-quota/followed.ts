import type { GroupResource } from '../../apimachinery/gvk.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import type { Client } from '../../client/client.ts';
import { discover, preferred } from '../../client/discovery.ts';
import type { Index } from '../../client/index-of.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import { type AnyStored, collectionPath, metadataOf, type Resource } from '../../client/resource.ts';
import { type Evaluator, evaluatorFor, type World } from '../../resources/core/resourcequotas/usage/index.ts';
import { byNamespace } from '../owners.ts';

/** A resource whose objects use up quotas. */
export interface Followed {
  readonly resource: Resource;
  readonly evaluator: Evaluator;
  readonly informer: Informer<AnyStored>;
  readonly inNamespace: Index<AnyStored>;
  readonly stop: () => void;
}

/** Of these more counts than that they are there. */
const costly = ['/pods', '/services', '/persistentvolumeclaims', 'resource.k8s.io/resourceclaims'];
const deviceClasses = 'resource.k8s.io/deviceclasses';
const nameOf = ({ group, resource }: GroupResource): string => `${group}/${resource}`;
const needsWhole = (resource: Resource): boolean =>
  costly.includes(nameOf(resource)) || nameOf(resource) === deviceClasses;

export interface FollowedResources {
  /** Asks again what is served. */
  rediscover(): Promise<void>;
  /** What uses something that has one of these names, followed from now on. Resolves when all of it is there. */
  using(names: readonly string[], world: World): Promise<readonly Followed[]>;
  /** Looks at whole objects that are followed. */
  readonly reader: Reader;
  stop(): void;
}

/** Follows the resources that quotas limit: all of some, and of the others how many there are. */
export function followResources(
  client: Client,
  informers: Informers,
  onChange: (
    followed: Omit<Followed, 'stop'>,
    after: AnyStored | undefined,
    before: AnyStored | undefined,
  ) => void,
): FollowedResources {
  const followed = new Map<string, Followed>();
  const begin = (resource: Resource, evaluator: Evaluator): Followed => {
    const informer: Informer<AnyStored> = informers.of(
      needsWhole(resource) ? resource : metadataOf(resource),
    );
    const one = { resource, evaluator, informer, inNamespace: informer.index(byNamespace) };
    return { ...one, stop: informer.onChange((after, before) => onChange(one, after, before)) };
  };
  const whole = (resource: GroupResource) => followed.get(nameOf(resource));
  const follow = (resource: Resource): Followed | undefined => {
    const evaluator = evaluatorFor(resource);
    if (!evaluator) return undefined;
    const known = followed.get(nameOf(resource));
    const isKnown =
      known &&
      collectionPath(known.resource) === collectionPath(resource) &&
      informers.of(known.informer.resource) === known.informer;
    if (isKnown) return known;
    known?.stop();
    const one = begin(resource, evaluator);
    followed.set(nameOf(resource), one);
    return one;
  };
  let served: readonly Resource[] = [];
  const rediscover = async (): Promise<void> => {
    const { resources } = await discover(client);
    const countable = preferred(resources)
      .filter(({ verbs }) => verbs.includes('list') && verbs.includes('watch'))
      .map(({ resource }) => resource);
    served = countable.filter(({ namespaced }) => namespaced);
    // What claims cost depends on them.
    const classes = countable.find((resource) => nameOf(resource) === deviceClasses);
    if (classes) follow(classes);
  };
  return {
    rediscover,
    async using(names, world) {
      if (served.length === 0) await rediscover();
      const needed = served.filter((resource) => {
        const evaluator = evaluatorFor(resource);
        return evaluator !== undefined && names.some((name) => evaluator.uses(name, world));
      });
      const found = needed.flatMap((resource) => follow(resource) ?? []);
      await Promise.all(found.map(({ informer }) => informer.synced));
      return found;
    },
    reader: {
      get: (resource, namespace, name) =>
        whole(resource)?.informer.get(namespace, name) as unknown as KubeObject | undefined,
      list(resource, namespace) {
        const found = whole(resource);
        const objects = namespace === '' ? found?.informer.all() : found?.inNamespace.get(namespace);
        return (objects ?? []) as unknown as Iterable<KubeObject>;
      },
    },
    stop() {
      for (const { stop } of followed.values()) stop();
    },
  };
}
