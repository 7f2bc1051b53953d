import type { EncryptionOptions } from '../../encryption/options.ts';
import type { CompactionPlan } from '../../storage/compaction.ts';
import { flag, type ValuesOf } from '../flag.ts';
import type { FlagType } from '../flag-types.ts';
import * as type from '../flag-types.ts';

const minuteMs = 60_000;

/** `24h`, or `100000` revisions. */
const historyWindow: FlagType<CompactionPlan['window'] | undefined> = {
  placeholder: 'duration|int',
  parse(text) {
    if (text === '') return undefined;
    if (/^\d+$/.test(text)) return { kind: 'revisions', count: type.integer(1).parse(text, undefined) };
    const ms = type.durationMs.parse(text, undefined);
    if (ms === 0) throw new Error('must be longer than no time');
    return { kind: 'time', ms };
  },
};

export const storageFlags = Object.freeze({
  'data-dir': flag(
    type.text,
    './.binnacle',
    'Directory of the store, the certificates and the kubeconfig. Binnacle only.',
  ),
  'storage-key-layout': flag(
    type.oneOf('binnacle', 'upstream'),
    'binnacle',
    "Form of the keys in the store: Binnacle's own, or the one kube-apiserver writes. Binnacle only.",
  ),
  'etcd-servers': flag(
    type.list,
    [],
    'Members of an etcd cluster to store in, as scheme://host:port; the embedded store when empty.',
  ),
  'etcd-prefix': flag(type.text, '/registry', 'What all keys in etcd begin with.'),
  'etcd-cafile': flag(
    type.text,
    '',
    "PEM file of the authorities that etcd's certificates are checked against.",
  ),
  'etcd-certfile': flag(type.text, '', 'PEM file of the certificate shown to etcd.'),
  'etcd-keyfile': flag(type.text, '', 'PEM file of its key.'),
  'etcd-compaction-interval': flag(
    type.durationMs,
    5 * minuteMs,
    'How often history is compacted; 0 keeps all.',
  ),
  'history-window': flag(
    historyWindow,
    undefined,
    'How much history is kept for watches and for reads at an old resourceVersion: a time, or a number of revisions; ' +
      '--etcd-compaction-interval when empty. Binnacle only.',
  ),
  'encryption-provider-config': flag(
    type.text,
    '',
    'Says which resources are encrypted in the store, and with which keys.',
  ),
  'encryption-provider-config-automatic-reload': flag(
    type.boolean,
    false,
    'Whether --encryption-provider-config is read again when it changes.',
  ),
});

type StorageValues = ValuesOf<typeof storageFlags>;

/** What the flags mean to history. */
export const compactionPlan = (
  values: Pick<StorageValues, 'history-window' | 'etcd-compaction-interval'>,
): CompactionPlan => {
  const intervalMs = values['etcd-compaction-interval'];
  const window = values['history-window'];
  if (window) return { window, intervalMs, boundsWatches: true };
  return { window: { kind: 'time', ms: intervalMs }, intervalMs };
};

/** What the flags mean to encryption at rest. */
export const encryptionOptions = (values: StorageValues): EncryptionOptions => ({
  configFile: values['encryption-provider-config'],
  reloads: values['encryption-provider-config-automatic-reload'],
});
