import { createHash } from 'node:crypto';
import { formatMicroTime, parseTime } from '../../apimachinery/clock.ts';
import { cloneJson, type KubeObject } from '../../apimachinery/object.ts';
import type { BootstrapObject, BootstrapOptions } from './types.ts';

export type IdentityOptions = Pick<
  BootstrapOptions,
  'hostname' | 'securePort' | 'instanceId' | 'nowMs' | 'trust'
>;

const leaseDurationSeconds = 3600;
/** How often the server renews its lease. */
export const identityLeaseRenewMs = 10_000;

/** Tells the leases of servers from others in their namespace. */
export const identityLabel = 'apiserver.kubernetes.io/identity';
export const identityValue = 'kube-apiserver';
/** Lists of marks, so that a server that others cannot work with is noticed. */
export const signsAnnotation = 'binnacle.dev/signs';
export const acceptsAnnotation = 'binnacle.dev/accepts';
/** What marks of each kind begin with. */
export const issuerMark = 'service-account-issuer:';
export const tokenMark = 'service-account-key:';
export const certificateMark = 'client-ca:';
export const identityNamespace = 'kube-system';

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

/** The one that two servers on one host cannot both have. */
const usualPort = 6443;

/**
 * `apiserver-` and 128 bits of a hash of the host's name and of what runs there, in base32: the same on every start (`NewConfig`
 * of apiserver). A port that is not the usual one is part of what is hashed, as several servers may run on one host.
 */
export function apiServerId(hostname: string, port: number): string {
  const place = port === usualPort ? hostname : `${hostname}:${port}`;
  const hash = createHash('sha256').update(withLength(place)).update(withLength(identityValue)).digest();
  return `apiserver-${toBase32(hash.subarray(0, 16))}`;
}

/** UTF-8 behind its length in two bytes. */
function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The lease after a renewal. */
export function renewedLease(lease: KubeObject, nowMs: number): KubeObject {
  const spec = (lease['spec'] ?? {}) as object;
  return { ...cloneJson(lease), spec: { ...spec, leaseDurationSeconds, renewTime: formatMicroTime(nowMs) } };
}

const annotationsOf = ({ signs, accepts }: NonNullable<BootstrapOptions['trust']>) => ({
  [signsAnnotation]: signs.join(),
  [acceptsAnnotation]: accepts.join(),
});

/** True when the server that a lease stands for has not renewed it for too long (the reference server's `apiserverleasegc`). */
export function isExpired(lease: KubeObject, nowMs: number): boolean {
  const spec = (lease['spec'] ?? {}) as { renewTime?: string; leaseDurationSeconds?: number };
  if (spec.renewTime === undefined || spec.leaseDurationSeconds === undefined) return true;
  return parseTime(spec.renewTime) + spec.leaseDurationSeconds * 1000 < nowMs;
}

/** By which replicas of the server find each other. A lease left by an earlier run of this server is replaced. */
export function identityLease(options: IdentityOptions): BootstrapObject {
  const { hostname, securePort, instanceId, nowMs, trust } = options;
  const name = apiServerId(hostname, securePort);
  const namespace = identityNamespace;
  const labels = { [identityLabel]: identityValue, 'kubernetes.io/hostname': hostname };
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, labels, ...(trust && { annotations: annotationsOf(trust) }) },
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
