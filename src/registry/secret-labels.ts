import type { ServerWriter } from '../admission/types.ts';
import type { Log } from '../apimachinery/log.ts';

/** Labels of a Secret that the server itself sets. Answers at once; what goes wrong is logged. */
export const secretLabels =
  (writer: ServerWriter, log: Log) =>
  (namespace: string, name: string, uid: string, labels: Readonly<Record<string, string>>): void => {
    writer
      .change({ group: '', resource: 'secrets' }, namespace, name, (secret) => {
        if (secret.metadata.uid !== uid) return undefined;
        secret.metadata.labels = { ...secret.metadata.labels, ...labels };
        return secret;
      })
      .catch((error: unknown) => log.warn('a secret could not be labelled', { namespace, name, error }));
  };
