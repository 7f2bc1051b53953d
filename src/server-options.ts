import { type AdmissionSettings, defaultAdmission } from './admission/options.ts';
import type { Clock } from './apimachinery/clock.ts';
import type { ContainerImages } from './apimachinery/container-image.ts';
import { cidrAddress, parseCidr } from './apimachinery/ip.ts';
import type { Log } from './apimachinery/log.ts';
import type { Random } from './apimachinery/random.ts';
import { type AuditOptions, defaultAudit } from './audit/options.ts';
import { type AuthenticationOptions, defaultAuthentication } from './authentication/options.ts';
import { type AuthorizationOptions, defaultAuthorization } from './authorization/options.ts';
import type { NodeSettings } from './controllers/index.ts';
import type { ControllerTools } from './controllers/types.ts';
import { defaultEncryption, type EncryptionOptions } from './encryption/options.ts';
import { defaultFlowControl, type FlowControlOptions } from './flowcontrol/options.ts';
import type { Kv } from './kv/types.ts';
import type { RuntimeConfig } from './registry/catalog.ts';
import type { EndpointReconciling } from './registry/replicas/index.ts';
import type { CompactionPlan } from './storage/compaction.ts';
import type { KeyLayout } from './storage/keys.ts';

/** What may differ between two API servers whatever their store and transport; each is a flag of kube-apiserver's too. */
export interface ServerSettings {
  readonly layout: KeyLayout;
  readonly runtimeConfig: RuntimeConfig;
  readonly authentication: AuthenticationOptions;
  /** `--controllers`: which of them run; `*` for all. */
  readonly controllers: readonly string[];
  /** `--nodes`: how many simulated nodes are registered. */
  readonly nodes: number;
  /** `--run-nodes`: whether nodes are simulated: those, and others that ask for it. */
  readonly runNodes: boolean;
  /** `--node-capacity`: what simulated nodes have, beside or instead of the default. */
  readonly nodeCapacity: Readonly<Record<string, string>>;
  /** `--storage-class`: name of the default StorageClass that a fresh store gets, '' for none. */
  readonly storageClass: string;
  readonly authorization: AuthorizationOptions;
  readonly admission: AdmissionSettings;
  readonly flowControl: FlowControlOptions;
  readonly audit: AuditOptions;
  readonly encryption: EncryptionOptions;
  /** One range, or one of each family. */
  readonly serviceCidrs: readonly string[];
  readonly nodePortRange: { readonly from: number; readonly to: number };
  /** How the endpoints of the `kubernetes` Service are kept on a store that others serve too. */
  readonly endpointReconciling: EndpointReconciling;
  readonly eventTtlSeconds: number;
  /** Whether pods may have privileged containers. */
  readonly allowPrivileged: boolean;
  /** Regular expressions; pages of origins that match one may use the API in a browser. */
  readonly corsAllowedOrigins: readonly string[];
  readonly minRequestTimeoutSeconds: number;
  /** Longest time from a request's arrival to the end of its answer, watches and other long-running requests excluded. */
  readonly requestTimeoutMs: number;
  /** How much history is kept. */
  readonly compaction: CompactionPlan;
}

/** What an API server needs. */
export interface ApiServerOptions extends ServerSettings {
  readonly kv: Kv;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /**
   * The server's own key for service account tokens, in PEM; asked for when the first token is signed or checked, which fails when
   * there is none.
   */
  readonly serviceAccountKey?: () => Promise<string>;
  /** Signs certificates that the server trusts. Without one, no controllers run. */
  readonly authority?: ControllerTools['authority'];
  /** Functions that run containers on simulated nodes, by image. */
  readonly images?: ContainerImages;
  /** PEM of who signed the certificate that the server shows. */
  readonly rootCa?: string;
}

/** The defaults of the flags. */
export const defaultSettings: ServerSettings = Object.freeze<ServerSettings>({
  layout: 'binnacle',
  runtimeConfig: {},
  authentication: defaultAuthentication,
  controllers: ['*'],
  // The command registers two; a server that is started by a program as many as it says.
  nodes: 0,
  runNodes: true,
  nodeCapacity: {},
  storageClass: '',
  authorization: defaultAuthorization,
  admission: defaultAdmission,
  flowControl: defaultFlowControl,
  audit: defaultAudit,
  encryption: defaultEncryption,
  serviceCidrs: ['10.0.0.0/24'],
  nodePortRange: { from: 30_000, to: 32_767 },
  endpointReconciling: { type: 'lease', serverCount: 1 } as const,
  eventTtlSeconds: 3_600,
  allowPrivileged: true,
  corsAllowedOrigins: [],
  minRequestTimeoutSeconds: 1_800,
  requestTimeoutMs: 60_000,
  compaction: { window: { kind: 'time', ms: 300_000 }, intervalMs: 300_000 },
});

/** Settings as they are given: everything may be left out, in each group of options too. */
export type GivenSettings = {
  readonly [K in keyof ServerSettings]?: K extends GroupName ? Partial<ServerSettings[K]> : ServerSettings[K];
};

const groupNames = [
  'authentication',
  'authorization',
  'admission',
  'flowControl',
  'audit',
  'encryption',
] as const;
type GroupName = (typeof groupNames)[number];

/** What is given, and the default of everything else. */
export function settingsOf(given: GivenSettings): ServerSettings {
  const names = Object.keys(defaultSettings) as (keyof ServerSettings)[];
  const isGroup = (name: string) => (groupNames as readonly string[]).includes(name);
  const entries = names.map((name) => [
    name,
    isGroup(name)
      ? { ...(defaultSettings[name] as object), ...(given[name] as object) }
      : (given[name] ?? defaultSettings[name]),
  ]);
  return Object.fromEntries(entries) as ServerSettings;
}

/** What the settings say of nodes. */
export const nodeSettings = ({ nodes, runNodes, nodeCapacity }: ServerSettings): NodeSettings => ({
  run: runNodes,
  count: nodes,
  capacity: nodeCapacity,
});

/** The address of the `kubernetes` Service: the first of the range. Throws an Error when there is none. */
export function kubernetesServiceIp({ serviceCidrs: [range = ''] }: ServerSettings): string {
  const cidr = parseCidr(range);
  if (!cidr) throw new Error(`service-cluster-ip-range: ${JSON.stringify(range)} is not a CIDR`);
  return cidrAddress(cidr, 1n);
}
