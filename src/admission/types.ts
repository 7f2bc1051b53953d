import type { Clock } from '../apimachinery/clock.ts';
import type { Figure, HistogramFigure } from '../apimachinery/figure.ts';
import type { GroupResource, GroupVersionKind, GroupVersionResource } from '../apimachinery/gvk.ts';
import type { PodHandler } from '../apimachinery/node-link.ts';
import type { Json, JsonObject, KubeObject } from '../apimachinery/object.ts';
import type { Random } from '../apimachinery/random.ts';
import type { StampedReader } from '../apimachinery/reader.ts';
import type { ResourceRequest } from '../apimachinery/request-attributes.ts';
import type { UserInfo } from '../apimachinery/user.ts';
import type { ResourceDefinition } from '../scheme/definition.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** A version in which the objects of a request are shown to whoever stands outside of the server. */
export interface RequestForm {
  readonly resource: GroupVersionResource;
  readonly kind: GroupVersionKind;
  /** `object` in this version: a tree of its own. */
  show(object: KubeObject): KubeObject;
  /** What selectors look at; undefined for objects without metadata, which only the empty selector has. Default: its labels. */
  readonly labels?: (object: KubeObject) => Readonly<Record<string, string>> | undefined;
  /** Makes `object`, in place, what was shown of it and then changed. Throws a DecodeError when that is no object of the kind. */
  adopt(object: KubeObject, changed: Json): void;
}

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
  /** Nobody sent this: the server writes of its own accord. */
  readonly isServer?: boolean | undefined;
  /** The version that the request speaks, and then the others in which the same objects are served. */
  forms(): readonly [RequestForm, ...RequestForm[]];
  /** `CreateOptions`, `UpdateOptions` or `DeleteOptions` as the sender gave them, without their kind; none for CONNECT. */
  readonly options?: JsonObject | undefined;
  warn(text: string): void;
  /** Writes something into the audit record of the request, if there is one. What was said first stays. */
  annotate(key: string, value: string): void;
  /** The same with what holds parts of objects: only into records that have the objects themselves. */
  annotateContent(key: string, value: string): void;
  /**
   * Tells how to give back what a plugin has taken for the write, should it not happen: called once then, and never when
   * nobody knows whether it did.
   */
  readonly reserve?: ((giveBack: () => Promise<void>) => void) | undefined;
}

/** Tells whether a user may do something with a resource, or with a `path` that is none, and what the authorizers say about it. Never throws. */
export type AskAccess = (
  access: ResourceRequest & { readonly path?: string },
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
  readonly reader: StampedReader;
  readonly clock: Clock;
  readonly random: Random;
  readonly ask: AskAccess;
  readonly writer: ServerWriter;
  /** What is served. */
  readonly definitions: () => Iterable<ResourceDefinition>;
  /** What answers at a port of a Service. Throws an Error that says what there is not. */
  readonly backendOf: (namespace: string, service: string, port: number) => ServiceBackend;
}

/** One of those who answer for a Service: an address on the network, or a function of this process. */
export interface ServiceBackend {
  readonly address: string;
  readonly port: number;
  readonly handler?: PodHandler | undefined;
}

/** A plugin that changed the object may answer `again`: plugins that ran before should see what it is now. */
// biome-ignore lint/suspicious/noConfusingVoidType: most plugins are functions that answer nothing.
export type MutationResult = void | 'again';

/** Refuses by throwing an ApiError. Mutating runs first over all plugins, validating afterwards. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Called a second time, with `again`, when a plugin asked for it: once at most. */
  readonly mutate?: (request: AdmissionRequest, again: boolean) => MutationResult | Promise<MutationResult>;
  readonly validate?: (request: AdmissionRequest) => void | Promise<void>;
  /** Called once, when the server has stopped. */
  readonly close?: () => void;
  /** For `/metrics`. Plugins that count the same have figures of the same name. */
  readonly figures?: readonly (Figure | HistogramFigure)[];
}

/** `configuration` is what the plugin's entry in `--admission-control-config-file` says, read by its `configuration.ts`. */
export type AdmissionPluginFactory = (tools: AdmissionTools, configuration?: unknown) => AdmissionPlugin;
