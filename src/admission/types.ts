import type { Clock } from '../apimachinery/clock.ts';
import type { GroupResource } from '../apimachinery/gvk.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Reader } from '../apimachinery/reader.ts';
import type { ResourceRequest } from '../apimachinery/request-attributes.ts';
import type { UserInfo } from '../apimachinery/user.ts';
import type { ResourceDefinition } from '../scheme/definition.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write as admission sees it. Objects are in the stored version. */
export interface AdmissionRequest {
  readonly operation: Operation;
  readonly definition: ResourceDefinition;
  readonly subresource: string;
  /** '' for cluster-scoped resources. */
  readonly namespace: string;
  /** '' on a create with generateName that has not been named yet. */
  readonly name: string;
  /** The new object; absent on DELETE. Only `mutate` may change it, in place. */
  readonly object?: KubeObject | undefined;
  /** The object as it is; absent on CREATE. Must not be changed. */
  readonly oldObject?: KubeObject | undefined;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  warn(text: string): void;
  /** Writes something into the audit record of the request, if there is one. What was said first stays. */
  annotate(key: string, value: string): void;
  /**
   * Tells how to give back what a plugin has taken for the write, should it not happen: called once then, and never when
   * nobody knows whether it did.
   */
  readonly reserve?: ((giveBack: () => Promise<void>) => void) | undefined;
}

/** Tells whether a user may do something, and what the authorizers say about it. Never throws. */
export type AskAccess = (
  access: ResourceRequest,
) => Promise<{ readonly allowed: boolean; readonly reason: string; readonly error: string | undefined }>;

/** How a plugin writes objects of its own accord, as the server itself. */
export interface ServerWriter {
  /** Creates the object unless one of its name is there. Whoever reads afterwards sees it. Throws an ApiError. */
  ensure(object: KubeObject): Promise<void>;
  /**
   * Compare-and-swap: `change` gets the newest state, as an object of its own, and returns what to write, or undefined to
   * leave it; it is asked again when somebody else was faster. Returns the state afterwards, undefined when there is none;
   * throws an ApiError.
   */
  change(
    resource: GroupResource,
    namespace: string,
    name: string,
    change: (object: KubeObject) => KubeObject | undefined,
  ): Promise<KubeObject | undefined>;
}

/** What a plugin is given when the server starts. */
export interface AdmissionTools {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly random: Random;
  readonly ask: AskAccess;
  readonly writer: ServerWriter;
  /** What is served. */
  readonly definitions: () => Iterable<ResourceDefinition>;
}

/** Refuses by throwing an ApiError. Mutating runs first over all plugins, validating afterwards. */
export interface AdmissionPlugin {
  readonly name: string;
  readonly mutate?: (request: AdmissionRequest) => void | Promise<void>;
  readonly validate?: (request: AdmissionRequest) => void | Promise<void>;
  /** Called once, when the server has stopped. */
  readonly close?: () => void;
}

/** `configuration` is what the plugin's entry in `--admission-control-config-file` says, read by its `configuration.ts`. */
export type AdmissionPluginFactory = (tools: AdmissionTools, configuration?: unknown) => AdmissionPlugin;
