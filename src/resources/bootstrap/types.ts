import type { KubeObject } from '../../apimachinery/object.ts';

/** What the server knows about itself when it fills a fresh store. */
export interface BootstrapOptions {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** `--service-cluster-ip-range`: one range, or one of each family. */
  readonly serviceCidrs: readonly string[];
  /** The first address of the first range: the cluster IP of the `kubernetes` Service. */
  readonly serviceIp: string;
  readonly securePort: number;
  readonly hostname: string;
  /** A fresh UUID: tells two runs on one host apart in the identity lease. */
  readonly instanceId: string;
  /** Marks of the keys that this server signs credentials with, and of those that it accepts; told to other servers. */
  readonly trust?: { readonly signs: readonly string[]; readonly accepts: readonly string[] };
  /** PEM bundle of the authorities that sign client certificates. */
  readonly clientCa?: string;
  readonly requestHeader?: RequestHeaderOptions;
  /** Name of the StorageClass that the server is to begin with, '' for none. */
  readonly storageClass: string;
  /** Whether a group version is served; others get no APIService. */
  readonly serves: (group: string, version: string) => boolean;
}

/** The `--requestheader-*` flags. */
export interface RequestHeaderOptions {
  /** PEM bundle. */
  readonly ca: string;
  readonly allowedNames: readonly string[];
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeadersPrefix: readonly string[];
}

/** One object that a server has before any controller runs. Written through the ordinary pipeline. */
export interface BootstrapObject {
  readonly group: string;
  readonly resource: string;
  /** '' for cluster-scoped resources. */
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject;
  /** Whether an object that is already there is left alone or brought up to date. */
  readonly mode: 'createIfMissing' | 'reconcile';
  /** With mode `reconcile`: what the existing object must become, or undefined when it is good as it is. */
  readonly reconcile?: (existing: KubeObject) => KubeObject | undefined;
  /** True when the existing object can't be changed into the wanted one: delete it and create `object`. */
  readonly mustReplace?: (existing: KubeObject) => boolean;
  /** What to write through `/status` once the object is there, or undefined when the status is good as it is. */
  readonly status?: (existing: KubeObject) => KubeObject | undefined;
}
