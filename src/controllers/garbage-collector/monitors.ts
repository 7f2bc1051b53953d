import { type Discovered, preferred } from '../../client/discovery.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import {
  type AnyStored,
  apiVersionOf,
  collectionPath,
  metadataOf,
  type Resource,
} from '../../client/resource.ts';

export interface Monitors {
  /** Follows what is served now and nothing else; resolves when everything is there. */
  follow(discovered: Discovered): Promise<void>;
  /** The resource of this kind in this version, if it is served. */
  resourceOf(apiVersion: string, kind: string): Resource | undefined;
  stop(): void;
}

export interface MonitorHandlers {
  onChange(resource: Resource, after: AnyStored | undefined, before: AnyStored | undefined): void;
  /** Something else is served now, or will be in a moment. */
  onDefinition(): void;
  /** Nobody can say any more what becomes of this object, because it is not served in this version. */
  onForgotten(resource: Resource, object: AnyStored): void;
}

interface Monitor {
  readonly resource: Resource;
  readonly informer: Informer<AnyStored>;
  readonly stop: () => void;
}

const needed = ['delete', 'list', 'watch'];
/** There are many, nobody owns them, and they end by themselves. */
const isIgnored = ({ group, resource }: Resource): boolean =>
  resource === 'events' && (group === '' || group === 'events.k8s.io');

const definesResources = ({ group, resource }: Resource): boolean =>
  (group === 'apiextensions.k8s.io' && resource === 'customresourcedefinitions') ||
  (group === 'apiregistration.k8s.io' && resource === 'apiservices');

/** Metadata of all objects that can be deleted, of whatever is served. */
export function createMonitors(informers: Informers, handlers: MonitorHandlers): Monitors {
  const running = new Map<string, Monitor>();
  let kinds: ReadonlyMap<string, Resource> = new Map();
  const begin = (resource: Resource): void => {
    const informer = informers.of(metadataOf(resource));
    let isNews = false;
    const stop = informer.onChange((after, before) => {
      handlers.onChange(resource, after, before);
      if (isNews && definesResources(resource)) handlers.onDefinition();
    });
    void informer.synced.then(() => (isNews = true));
    running.set(collectionPath(resource), { resource, informer, stop });
  };
  const end = (path: string, { resource, informer, stop }: Monitor) => {
    running.delete(path);
    stop();
    for (const object of informer.all()) handlers.onForgotten(resource, object);
    informers.forget(metadataOf(resource));
  };
  return {
    async follow({ resources, stale }) {
      const wanted = new Map(
        preferred(resources)
          .filter(
            ({ resource, verbs }) => needed.every((verb) => verbs.includes(verb)) && !isIgnored(resource),
          )
          .map(({ resource }) => [collectionPath(resource), resource]),
      );
      const isStale = ({ resource }: Monitor) => stale.includes(`${resource.group}/${resource.version}`);
      kinds = new Map(
        resources
          .filter(({ verbs }) => verbs.includes('get'))
          .map(({ resource }) => [`${apiVersionOf(resource)} ${resource.kind}`, resource]),
      );
      for (const [path, resource] of wanted) if (!running.has(path)) begin(resource);
      for (const [path, monitor] of [...running]) {
        if (!wanted.has(path) && !isStale(monitor)) end(path, monitor);
      }
      await Promise.all([...running.values()].map(({ informer }) => informer.synced));
    },
    resourceOf: (apiVersion, kind) => kinds.get(`${apiVersion} ${kind}`),
    stop() {
      for (const { stop } of running.values()) stop();
    },
  };
}
