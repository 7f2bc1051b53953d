import type { EncryptionOptions } from '../../encryption/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import * as type from '../flag-types.ts';

const minuteMs = 60_000;

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
    'How much history is kept for watches and lists; 0 keeps all.',
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

/** What the flags mean to encryption at rest. */
export const encryptionOptions = (values: ValuesOf<typeof storageFlags>): EncryptionOptions => ({
  configFile: values['encryption-provider-config'],
  reloads: values['encryption-provider-config-automatic-reload'],
});
