import type { Log } from '../apimachinery/log.ts';
import { authenticationTrust } from '../resources/bootstrap/config-maps.ts';
import { bootstrap } from './bootstrap.ts';
import type { Registry } from './context.ts';

/** Whom a server believes, and a call when that has changed. */
export interface PublishedTrust {
  published(): Parameters<typeof authenticationTrust>[0];
  onChange(listener: () => void): void;
}

/**
 * Brings the ConfigMap from which aggregated API servers learn whom this server trusts up to date whenever that changes, until
 * `stop` resolves.
 */
export function keepTrustPublished(registry: Registry, trust: PublishedTrust, log: Log) {
  let stopped = false;
  let writing = Promise.resolve();
  const publish = async () => {
    if (stopped) return;
    try {
      await bootstrap(registry, [authenticationTrust(trust.published())]);
    } catch (error) {
      log.error('extension-apiserver-authentication could not be brought up to date', { error });
    }
  };
  trust.onChange(() => {
    writing = writing.then(publish);
  });
  return {
    stop(): Promise<void> {
      stopped = true;
      return writing;
    },
  };
}
