import { createHash } from 'node:crypto';
import { formatMicroTime } from '../../apimachinery/clock.ts';
import { cloneJson, type KubeObject } from '../../apimachinery/object.ts';
import type { BootstrapObject, BootstrapOptions } from './types.ts';

const leaseDurationSeconds = 3600;
/** How often the server renews its lease. */
export const identityLeaseRenewMs = 10_000;

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

function toBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 5; bits -= 5) text += base32[(held >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + base32[(held << (5 - bits)) & 31] : text;
}

/** `apiserver-` and 128 bits of the host name's hash in base32: the same on every start. */
export const apiServerId = (hostname: string): string =>
  `apiserver-${toBase32(createHash('sha256').update(hostname).digest().subarray(0, 16))}`;

/** The lease after a renewal. */
export function renewedLease(lease: KubeObject, nowMs: number): KubeObject {
  const spec = (lease['spec'] ?? {}) as object;
  return { ...cloneJson(lease), spec: { ...spec, leaseDurationSeconds, renewTime: formatMicroTime(nowMs) } };
}

/** By which replicas of the server find each other. A lease left by an earlier run on this host is replaced. */
export function identityLease({ hostname, instanceId, nowMs }: BootstrapOptions): BootstrapObject {
  const name = apiServerId(hostname);
  const namespace = 'kube-system';
  const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': hostname };
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, labels },
    spec: { holderIdentity: `${name}_${instanceId}` },
  };
  return {
    group: 'coordination.k8s.io',
    resource: 'leases',
    namespace,
    name,
    object: renewedLease(lease, nowMs),
    mode: 'reconcile',
    mustReplace: () => true,
  };
}
