import { parseTime } from '../../apimachinery/clock.ts';
import { isRecord } from '../../apimachinery/object.ts';
import {
  acceptsAnnotation,
  certificateMark,
  identityLabel,
  identityLeaseRenewMs,
  identityNamespace,
  identityValue,
  issuerMark,
  signsAnnotation,
  tokenMark,
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
    const refusal = refusalOf(self.signs, other.accepts) ?? refusalOf(other.signs, self.accepts);
    if (refusal) throw new Error(messageOf(refusal, other.host));
  }
}

function isAlive(entry: Entry, nowMs: number): boolean {
  const { spec } = entry.view();
  const renewTime = isRecord(spec) ? spec['renewTime'] : undefined;
  return typeof renewTime === 'string' && parseTime(renewTime) + aliveMs > nowMs;
}

interface Refusal {
  /** What its marks begin with. */
  readonly kind: string;
  /** What the other server does. */
  readonly does: string;
  readonly remedy: string;
}

const refusals: readonly Refusal[] = [
  {
    kind: issuerMark,
    does: 'issues service account tokens under another name',
    remedy: '--service-account-issuer',
  },
  {
    kind: tokenMark,
    does: 'signs service account tokens with a key of its own',
    remedy:
      'sa.key in --cert-dir, or the same --service-account-signing-key-file and --service-account-key-file',
  },
  {
    kind: certificateMark,
    does: 'signs client certificates with a key of its own',
    remedy: 'ca.crt and ca.key in --cert-dir, or name both authorities in --client-ca-file',
  },
];

/** What one server would not accept of another; kinds of marks that it does not tell of at all are of another version. */
const refusalOf = (signs: readonly string[], accepts: readonly string[]): Refusal | undefined =>
  refusals.find(
    ({ kind }) =>
      accepts.some((mark) => mark.startsWith(kind)) &&
      signs.some((mark) => mark.startsWith(kind) && !accepts.includes(mark)),
  );

const messageOf = ({ does, remedy }: Refusal, host: string): string =>
  `another server on this etcd, on host ${host}, ${does}, and one would not accept those of the other: give all servers the same ${remedy}`;
