import type { GroupResource } from '../../apimachinery/gvk.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import type { FollowedReader } from '../../apimachinery/reader.ts';
import { type NeededKind, neededKey, podNeeds } from './pod-needs.ts';
import { type BoundVolume, boundVolume } from './volume-secrets.ts';

/** What is related to which node. Kept by following pods, volumes, attachments and slices. */
export interface NodeGraph {
  /** Whether the pod runs on the node. */
  hasPod(node: string, namespace: string, name: string): boolean;
  /** Whether a pod of the node names the object, or, for a secret, uses a volume that does. */
  needs(node: string, kind: NeededKind, namespace: string, name: string): boolean;
  usesVolume(node: string, name: string): boolean;
  hasAttachment(node: string, name: string): boolean;
  hasSlice(node: string, name: string): boolean;
}

interface PodEntry {
  readonly node: string;
  readonly needs: ReadonlySet<string>;
}

/** How many pods of each node need an object. */
type Counts = Map<string, number>;

const keyOf = ({ metadata: { namespace = '', name = '' } }: KubeObject): string => `${namespace}/${name}`;

export function nodeGraph(reader: FollowedReader): NodeGraph {
  const pods = followPods(reader);
  const volumes = followVolumes(reader);
  const attachments = followNodeNames(reader, { group: 'storage.k8s.io', resource: 'volumeattachments' });
  const slices = followNodeNames(reader, { group: 'resource.k8s.io', resource: 'resourceslices' });
  const neededBy = (node: string, key: string) => pods.nodesOf(key)?.has(node) === true;
  return {
    hasPod: (node, namespace, name) => pods.entry(`${namespace}/${name}`)?.node === node,
    needs(node, kind, namespace, name) {
      const key = neededKey(kind, namespace, name);
      if (neededBy(node, key)) return true;
      return kind === 'secrets' && volumes.claimsOfSecret(key).some((claim) => neededBy(node, claim));
    },
    usesVolume(node, name) {
      const volume = volumes.get(name);
      return volume !== undefined && neededBy(node, volume.claim);
    },
    hasAttachment: (node, name) => attachments.get(name) === node,
    hasSlice: (node, name) => slices.get(name) === node,
  };
}

function followPods(reader: FollowedReader) {
  const entries = new Map<string, PodEntry>();
  const nodes = new Map<string, Counts>();
  const forget = (key: string) => {
    const entry = entries.get(key);
    if (!entry) return;
    entries.delete(key);
    for (const need of entry.needs) {
      const counts = nodes.get(need)!;
      const left = counts.get(entry.node)! - 1;
      if (left > 0) counts.set(entry.node, left);
      else if (counts.delete(entry.node) && counts.size === 0) nodes.delete(need);
    }
  };
  reader.follow({ group: '', resource: 'pods' }, (change) => {
    // A pod without a node never had one: what is bound stays bound.
    if (!change.mentions('"nodeName":')) return;
    const pod = change.read();
    const node = nodeNameIn(pod);
    forget(keyOf(pod));
    if (change.deleted || node === '') return;
    const entry = { node, needs: podNeeds(pod) };
    entries.set(keyOf(pod), entry);
    for (const need of entry.needs) {
      const counts: Counts = nodes.get(need) ?? new Map();
      nodes.set(need, counts.set(node, (counts.get(node) ?? 0) + 1));
    }
  });
  return { entry: (key: string) => entries.get(key), nodesOf: (need: string) => nodes.get(need) };
}

function followVolumes(reader: FollowedReader) {
  const volumes = new Map<string, BoundVolume>();
  const bySecret = new Map<string, Set<BoundVolume>>();
  const forget = (name: string) => {
    const volume = volumes.get(name);
    volumes.delete(name);
    for (const secret of volume?.secrets ?? []) {
      const users = bySecret.get(secret);
      if (users?.delete(volume!) && users.size === 0) bySecret.delete(secret);
    }
  };
  reader.follow({ group: '', resource: 'persistentvolumes' }, (change) => {
    const object = change.read();
    const { name = '' } = object.metadata;
    forget(name);
    const volume = change.deleted ? undefined : boundVolume(object);
    if (!volume) return;
    volumes.set(name, volume);
    for (const secret of volume.secrets) {
      const users = bySecret.get(secret) ?? new Set();
      bySecret.set(secret, users.add(volume));
    }
  });
  return {
    get: (name: string) => volumes.get(name),
    claimsOfSecret: (secret: string) => [...(bySecret.get(secret) ?? [])].map(({ claim }) => claim),
  };
}

/** The `spec.nodeName` of every object of a cluster-scoped resource. */
function followNodeNames(reader: FollowedReader, resource: GroupResource): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  reader.follow(resource, (change) => {
    const object = change.read();
    const { name = '' } = object.metadata;
    const node = nodeNameIn(object);
    if (change.deleted || node === '') names.delete(name);
    else names.set(name, node);
  });
  return names;
}

function nodeNameIn(object: KubeObject): string {
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  return typeof spec['nodeName'] === 'string' ? spec['nodeName'] : '';
}
