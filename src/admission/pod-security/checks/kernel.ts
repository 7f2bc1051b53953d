import type { IVolume } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { Rule, Violation } from './types.ts';
import {
  allContainers,
  exceptInUserNamespace,
  forContainers,
  plural,
  quoted,
  sorted,
  specOfPod,
} from './walk.ts';

const isUnmasked = (procMount: string | undefined): boolean =>
  procMount !== undefined && procMount !== 'Default';

const procMount = forContainers(
  ({ securityContext }) => isUnmasked(securityContext?.procMount),
  (who, _names, pod) => {
    const types = allContainers(pod).flatMap(({ securityContext }) => securityContext?.procMount ?? []);
    const bad = quoted(sorted(types.filter(isUnmasked)));
    return { reason: 'procMount', detail: `${who} must not set securityContext.procMount to ${bad}` };
  },
);

const sysctlsFrom0 = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const sysctlsFrom27 = [...sysctlsFrom0, 'net.ipv4.ip_local_reserved_ports'];
const sysctlsFrom29 = [
  ...sysctlsFrom27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const sysctlsFrom32 = [...sysctlsFrom29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

const sysctls =
  (allowed: readonly string[]) =>
  (pod: KubeObject): Violation | undefined => {
    const names = (specOfPod(pod).securityContext?.sysctls ?? []).map(({ name }) => name);
    const bad = names.filter((name) => !allowed.includes(name));
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
  };

const restrictedLevelSources: readonly (keyof IVolume)[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** What kind of volume it is; the name of its source. */
const sourceOf = (volume: IVolume): string =>
  Object.keys(volume).find((field) => field !== 'name' && volume[field as keyof IVolume]) ?? 'unknown';

function restrictedVolumes(pod: KubeObject): Violation | undefined {
  const bad = (specOfPod(pod).volumes ?? []).filter(
    (volume) => !restrictedLevelSources.some((source) => volume[source]),
  );
  if (bad.length === 0) return undefined;
  const types = sorted(bad.map(sourceOf));
  const uses = plural('uses', 'use', bad.length);
  const what = plural('restricted volume type', 'restricted volume types', types.length);
  const names = bad.map(({ name }) => name);
  return {
    reason: 'restricted volume types',
    detail: `${plural('volume', 'volumes', bad.length)} ${quoted(names)} ${uses} ${what} ${quoted(types)}`,
  };
}

/** What of the node's kernel and disks a pod sees. */
export const kernelRules: readonly Rule[] = [
  {
    id: 'procMount',
    level: 'baseline',
    versions: [
      { from: 0, check: procMount },
      { from: 35, check: exceptInUserNamespace(procMount) },
    ],
  },
  {
    id: 'sysctls',
    level: 'baseline',
    versions: [
      { from: 0, check: sysctls(sysctlsFrom0) },
      { from: 27, check: sysctls(sysctlsFrom27) },
      { from: 29, check: sysctls(sysctlsFrom29) },
      { from: 32, check: sysctls(sysctlsFrom32) },
    ],
  },
  {
    id: 'procMount_restricted',
    level: 'restricted',
    versions: [{ from: 35, check: procMount, replaces: 'procMount' }],
  },
  {
    id: 'restrictedVolumes',
    level: 'restricted',
    versions: [{ from: 0, check: restrictedVolumes, replaces: 'hostPathVolumes' }],
  },
];
