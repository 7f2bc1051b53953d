import { isConflict, isNotFound } from '../../client/failure.ts';
import { secrets } from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { runLoop, source } from '../loop.ts';
import type { Controller } from '../types.ts';
import { expiresInMs, isTokenSecret } from './token-secret.ts';

/** Deletes bootstrap tokens that have expired, when they do. */
export const tokenCleaner: Controller = {
  names: ['token-cleaner-controller', 'tokencleaner'],
  onlyWhenNamed: true,
  start(tools) {
    const client = tools.clientAs('token-cleaner').of(secrets);
    const known = tools.informers.of(secrets);
    const reconcile = async (key: string): Promise<number | undefined> => {
      const secret = known.get(...splitKey(key));
      const left = secret && isTokenSecret(secret) ? expiresInMs(secret, tools.clock.now()) : undefined;
      if (!secret || left === undefined || left > 0) return left;
      try {
        await client.delete(secret, { preconditions: { uid: secret.metadata.uid } });
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
      return undefined;
    };
    const sources = [source(known, (secret) => (secret && isTokenSecret(secret) ? [keyOf(secret)] : []))];
    return runLoop({ name: 'tokencleaner', sources, reconcile }, tools);
  },
};
