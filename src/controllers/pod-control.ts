import type { Draft, Objects } from '../client/client.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import { isConflict, isNamespaceTerminating, isNotFound } from '../client/failure.ts';
import type { Pod } from '../client/kinds.ts';
import type { AnyStored, Resource } from '../client/resource.ts';

/** Making and deleting pods in the name of their owner, which gets the events. */
export interface PodControl {
  /** Undefined when the namespace goes away. Rejects when there is none for another reason. */
  create(resource: Resource, owner: AnyStored, draft: Draft<Pod>): Promise<Pod | undefined>;
  /** Rejects when it is still there. */
  delete(resource: Resource, owner: AnyStored, pod: Pod): Promise<void>;
}

export function createPodControl(pods: Objects<Pod>, { event }: EventRecorder): PodControl {
  return {
    async create(resource, owner, draft) {
      try {
        const pod = await pods.create(owner.metadata.namespace ?? '', draft);
        event(resource, owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
        return pod;
      } catch (error) {
        if (isNamespaceTerminating(error)) return undefined;
        event(resource, owner, 'Warning', 'FailedCreate', `Error creating: ${(error as Error).message}`);
        throw error;
      }
    },
    async delete(resource, owner, pod) {
      try {
        await pods.delete(pod, { preconditions: { uid: pod.metadata.uid } });
        event(resource, owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
      } catch (error) {
        // Gone, or another has its name by now.
        if (isNotFound(error) || isConflict(error)) return;
        event(resource, owner, 'Warning', 'FailedDelete', `Error deleting: ${(error as Error).message}`);
        throw error;
      }
    },
  };
}
