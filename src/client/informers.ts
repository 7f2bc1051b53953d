import type { Activity } from './activity.ts';
import { type Informer, type RunningInformer, startInformer } from './informer.ts';
import type { ReflectorTools } from './reflector.ts';
import { type AnyStored, collectionPath, metadataOf, type Resource, wholeOf } from './resource.ts';

export interface InformerTools extends ReflectorTools {
  readonly activity: Activity;
}

/** One informer for each collection, however many read it. */
export interface Informers {
  /**
   * Started when first asked for. Who asks for metadata only is given the informer of whole objects where there is one: what is
   * observed and stopped through it concerns nobody else.
   */
  of<T extends AnyStored>(resource: Resource<T>): Informer<T>;
  /** The informer of a collection if anybody has asked for it. */
  started<T extends AnyStored>(resource: Resource<T>): Informer<T> | undefined;
  /** A newer state of an object, from the answer to a write. */
  observe<T extends AnyStored>(resource: Resource<T>, object: T): void;
  /** An object that is known to be gone, from the answer to its deletion. */
  observeGone<T extends AnyStored>(resource: Resource<T>, metadata: T['metadata']): void;
  /** Stops following a collection that is not served any more. */
  forget(resource: Resource): void;
  stop(): void;
}

const nameOf = (resource: Resource): string =>
  collectionPath(resource) + (resource.metadataOnly ? ' metadata' : '');

export function createInformers(tools: InformerTools): Informers {
  const running = new Map<string, RunningInformer<AnyStored>>();
  const started = <T extends AnyStored>(resource: Resource<T>) =>
    running.get(nameOf(resource)) as RunningInformer<T> | undefined;
  return {
    of<T extends AnyStored>(resource: Resource<T>) {
      const known = started(resource) ?? started(wholeOf(resource));
      if (known) return known;
      const informer = startInformer(resource, tools);
      running.set(nameOf(resource), informer as unknown as RunningInformer<AnyStored>);
      return informer;
    },
    started,
    observe(resource, object) {
      started(resource)?.observe(object);
      if (!resource.metadataOnly) started(metadataOf(resource))?.observe(object);
    },
    observeGone(resource, metadata) {
      started(wholeOf(resource))?.observeGone(metadata);
      started(metadataOf(resource))?.observeGone(metadata);
    },
    forget(resource) {
      started(resource)?.stop();
      running.delete(nameOf(resource));
    },
    stop() {
      for (const informer of running.values()) informer.stop();
      running.clear();
    },
  };
}
