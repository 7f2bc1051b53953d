import { parseTime } from '../../apimachinery/clock.ts';
import { unlessNotFound } from '../../client/failure.ts';
import { type Job, jobs } from '../../client/kinds.ts';
import { splitKey } from '../../client/resource.ts';
import { itself, runLoop } from '../loop.ts';
import type { Controller } from '../types.ts';

/** Deletes Jobs, and in the foreground what they own, some time after they have finished. */
export const ttlAfterFinished: Controller = {
  names: ['ttl-after-finished-controller', 'ttl-after-finished'],
  start(tools) {
    const { clock, informers } = tools;
    const client = tools.clientAs('ttl-after-finished-controller').of(jobs);
    const known = informers.of(jobs);
    const reconcile = async (key: string): Promise<number | undefined> => {
      const leftMs = (job: Job | undefined): number | undefined => {
        const expiresMs = job && expiresAt(job);
        return expiresMs === undefined ? undefined : expiresMs - clock.now();
      };
      const [namespace, name] = splitKey(key);
      const left = leftMs(known.get(namespace, name));
      if (left === undefined || left > 0) return left;
      // Its time may just have been made longer.
      const fresh = await unlessNotFound(client.get(namespace, name));
      const reallyLeft = leftMs(fresh);
      if (reallyLeft === undefined || reallyLeft > 0) return reallyLeft;
      const { uid } = fresh!.metadata;
      await unlessNotFound(
        client.delete(fresh!, { propagationPolicy: 'Foreground', preconditions: { uid } }),
      );
      return undefined;
    };
    return runLoop({ name: 'ttl-after-finished', sources: [itself(known)], reconcile }, tools);
  },
};

/** In milliseconds since the epoch; undefined for a Job that stays, has not finished, or is on its way out. */
function expiresAt({ metadata, spec, status }: Job): number | undefined {
  const seconds = spec?.ttlSecondsAfterFinished;
  if (seconds === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  const end = status?.conditions?.find(
    ({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True',
  );
  const endMs = parseTime(end?.lastTransitionTime ?? '');
  return endMs === undefined || Number.isNaN(endMs) ? undefined : endMs + seconds * 1000;
}
