import { formatTime } from '../../apimachinery/clock.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { isConflict, isNotFound, unlessNotFound } from '../../client/failure.ts';
import { configMaps, pods, type Secret, secrets, serviceAccounts } from '../../client/kinds.ts';
import { secretReferences } from '../../resources/core/pods/secret-references.ts';
import { every } from '../every.ts';
import { byNamespace } from '../owners.ts';
import type { Controller } from '../types.ts';
import { nameAnnotation, tokenType, uidAnnotation } from './token-secrets.ts';

const lastUsedLabel = 'kubernetes.io/legacy-token-last-used';
const invalidSinceLabel = 'kubernetes.io/legacy-token-invalid-since';
const trackingMap = 'kube-apiserver-legacy-service-account-token-tracking';
const dayMs = 24 * 3_600_000;
/** A token that nobody has used for this long: `--legacy-service-account-token-clean-up-period`. */
const unusedMs = 365 * dayMs;

const dateOf = (ms: number): string => formatTime(ms).slice(0, 10);
const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/**
 * Once a day: tokens that were made for an account by old clusters, and that nobody has used for a year, are first marked as invalid
 * and another year later deleted. Tokens that users made are not touched: their account does not list them.
 */
export const unusedTokens: Controller = {
  names: ['legacy-serviceaccount-token-cleaner-controller', 'legacy-service-account-token-cleaner'],
  start(tools) {
    const { upkeep, log, activity, informers } = tools;
    const client = tools.clientAs('legacy-service-account-token-cleaner');
    const held = informers.of(secrets);
    const accounts = informers.of(serviceAccounts);
    const podsIn = informers.of(pods).index(byNamespace);

    const isListed = ({ metadata }: Secret): boolean => {
      const { namespace, name, annotations = {} } = metadata;
      const account = accounts.get(namespace, annotations[nameAnnotation] ?? '');
      const uid = annotations[uidAnnotation];
      if (!account || (uid && uid !== account.metadata.uid)) return false;
      return account.secrets?.some((reference) => reference.name === name) === true;
    };
    const isMounted = ({ metadata }: Secret): boolean =>
      podsIn
        .get(metadata.namespace)
        .some((pod) =>
          secretReferences(pod as unknown as KubeObject).some(({ name }) => name === metadata.name),
        );
    const clean = async (): Promise<void> => {
      const nowMs = upkeep.now();
      const limitMs = nowMs - unusedMs;
      const tracking = await unlessNotFound(client.of(configMaps).get('kube-system', trackingMap));
      const since = (tracking?.data as Record<string, string> | undefined)?.['since'] ?? '';
      if (!isDate(since) || Date.parse(since) + dayMs > limitMs) return;
      for (const secret of [...held.all()].filter((one) => isUnused(one, limitMs))) {
        if (!isListed(secret) || isMounted(secret)) continue;
        const { namespace, name, uid, resourceVersion, labels = {} } = secret.metadata;
        const invalidSince = labels[invalidSinceLabel] ?? '';
        if (!isDate(invalidSince)) {
          const metadata = { uid, labels: { [invalidSinceLabel]: dateOf(nowMs) } };
          await client.of(secrets).patch(namespace, name, 'merge', { metadata });
        } else if (invalidSince < dateOf(limitMs)) {
          await client.of(secrets).delete(secret, { preconditions: { resourceVersion } });
        }
      }
    };
    const act = () =>
      void activity.during(clean).catch((error: unknown) => {
        if (isNotFound(error) || isConflict(error)) return;
        log.warn('unused tokens could not be cleaned up', { error });
      });
    const daily = every(upkeep, dayMs, act);
    return { stop: async () => daily.stop() };
  },
};

function isUnused({ type, metadata }: Secret, limitMs: number): boolean {
  if (type !== tokenType || metadata.deletionTimestamp !== undefined) return false;
  if (Date.parse(metadata.creationTimestamp) >= limitMs) return false;
  const lastUsed = metadata.labels?.[lastUsedLabel];
  return lastUsed === undefined || (isDate(lastUsed) && lastUsed < dateOf(limitMs));
}
