import { formatTime } from '../../apimachinery/clock.ts';
import type { Objects } from '../../client/client.ts';
import { isConflict, isNotFound } from '../../client/failure.ts';
import type { Pod } from '../../client/kinds.ts';
import { isFinished } from '../pod-state.ts';

export interface Why {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** Ends a pod that nobody else will end: it has failed, and is deleted without grace. A pod that is gone is nothing to worry about. */
export async function forceDelete(pods: Objects<Pod>, pod: Pod, nowMs: number, why?: Why): Promise<void> {
  const { namespace, name, uid, generation } = pod.metadata;
  try {
    if (!isFinished(pod)) {
      const now = formatTime(nowMs);
      const of = generation === undefined ? {} : { observedGeneration: generation };
      const condition = why && { ...why, ...of, status: 'True', lastTransitionTime: now };
      const status = { phase: 'Failed', ...of, ...(condition ? { conditions: [condition] } : {}) };
      await pods.patch(namespace, name, 'strategic', { metadata: { uid }, status }, 'status');
    }
    await pods.delete(pod, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    // Of another uid now, or gone.
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
