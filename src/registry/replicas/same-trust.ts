import { parseTime } from '../../apimachinery/clock.ts';
import { isRecord } from '../../apimachinery/object.ts';
import {
  acceptsAnnotation,
  certificateMark,
  identityLabel,
  identityLeaseRenewMs,
  identityNamespace,
  identityValue,
  signsAnnotation,
} from '../../resources/bootstrap/identity-lease.ts';
import type { ResourceDefinition } from '../../scheme/definition.ts';
import type { Entry } from '../../storage/entry.ts';
import { listPrefix } from '../../storage/keys.ts';
import type { Registry } from '../context.ts';

/** A server whose lease was not renewed for so long is not asked any more. */
const aliveMs = 3 * identityLeaseRenewMs;

/** The leases of all servers on the store. */
export function identityEntries(
  { store, layout }: Registry,
  definition: ResourceDefinition,
): readonly Entry[] {
  const found: Entry[] = [];
  const prefix = listPrefix(layout, definition, identityNamespace);
  store.cache.snapshot().objects.forEachFrom(prefix, (key, entry) => {
    if (!key.startsWith(prefix)) return false;
    if (entry.view().metadata.labels?.[identityLabel] === identityValue) found.push(entry);
    return true;
  });
  return found;
}

interface Server {
  readonly host: string;
  readonly signs: readonly string[];
  readonly accepts: readonly string[];
}

const list = (text: string | undefined): readonly string[] => (text ? text.split(',') : []);

function serverOf(entry: Entry): Server {
  const { labels, annotations } = entry.view().metadata;
  return {
    host: labels?.['kubernetes.io/hostname'] ?? '',
    signs: list(annotations?.[signsAnnotation]),
    accepts: list(annotations?.[acceptsAnnotation]),
  };
}

/**
 * Throws an Error, to be shown to the operator, when a server that was there before does not accept what this one signs, or the other
 * way round: behind a balancer credentials would be good and bad by turns. `own` names the lease of this server, which is written,
 * so that of two that start at the same time one sees the other. Servers that do not tell (kube-apiserver) are left out.
 */
export function checkSameTrust(registry: Registry, definition: ResourceDefinition, own: string): void {
  const entries = identityEntries(registry, definition);
  const mine = entries.find((entry) => entry.view().metadata.name === own);
  if (!mine) return;
  const self = serverOf(mine);
  for (const entry of entries) {
    if (entry.createRevision >= mine.createRevision || !isAlive(entry, registry.clock.now())) continue;
    const other = serverOf(entry);
    if (other.accepts.length === 0) continue;
    const foreign =
      self.signs.find((mark) => !other.accepts.includes(mark)) ??
      other.signs.find((mark) => !self.accepts.includes(mark));
    if (foreign !== undefined) throw new Error(refusal(foreign, other.host));
  }
}

function isAlive(entry: Entry, nowMs: number): boolean {
  const { spec } = entry.view();
  const renewTime = isRecord(spec) ? spec['renewTime'] : undefined;
  return typeof renewTime === 'string' && parseTime(renewTime) + aliveMs > nowMs;
}

function refusal(mark: string, host: string): string {
  const [what, flags] = mark.startsWith(certificateMark)
    ? ['client certificates', 'ca.crt and ca.key in --cert-dir, or name both authorities in --client-ca-file']
    : [
        'service account tokens',
        'sa.key in --cert-dir, or the same --service-account-signing-key-file and --service-account-key-file',
      ];
  return (
    `another server on this etcd, on host ${host}, signs ${what} with a key of its own, and one would not accept those of the other: ` +
    `give all servers the same ${flags}`
  );
}
