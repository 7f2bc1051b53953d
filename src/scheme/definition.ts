import type { Clock } from '../apimachinery/clock.ts';
import type { FieldError, FieldPath } from '../apimachinery/field-error.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import type { Random } from '../apimachinery/random.ts';
import type { UserInfo } from '../apimachinery/user.ts';

export type Scope = 'Namespaced' | 'Cluster';

export type ResourceVerb =
  | 'create'
  | 'delete'
  | 'deletecollection'
  | 'get'
  | 'list'
  | 'patch'
  | 'update'
  | 'watch';

/** What the steps of a write may know about the request. */
export interface WriteContext {
  readonly user: UserInfo;
  readonly clock: Clock;
  readonly random: Random;
  /** '' for the main resource. */
  readonly subresource: string;
  /** Labels of the namespace that the object is in, as far as this server has seen; none for what is in none. */
  namespaceLabels(): Readonly<Record<string, string>>;
  /** Adds a `Warning:` header to the answer. */
  warn(text: string): void;
}

/** One version in which a resource is served. Objects are plain JSON trees that passed the schema. */
export interface ServedVersion {
  readonly version: string;
  /** OpenAPI name of the kind's schema in this version. */
  readonly schema: string;
  /** Fills defaults in place. Called on every decoded object, after a patch, and on objects read back from the store. */
  readonly defaults?: (object: KubeObject) => void;
  /** To the stored version; absent when this is the stored version. May change `object` in place and return it. */
  readonly toStored?: (object: KubeObject) => KubeObject;
  /** From the stored version; absent when this is the stored version. May change `object` in place and return it. */
  readonly fromStored?: (object: KubeObject) => KubeObject;
  /** Text of the deprecation warning sent with every request, such as `v1 Endpoints is deprecated in v1.33+; use …`. */
  readonly deprecation?: string;
  /** True when `--runtime-config` must name it before it is served. */
  readonly offByDefault?: boolean;
  /** base64 of 8 bytes of a hash, as discovery publishes it. */
  readonly storageVersionHash?: string;
}

/**
 * What is particular about writing one resource. Everything is optional; the default answers stand in
 * `registry/strategy.ts`. Functions see the *stored* version of the object, after defaulting. They are pure apart from
 * changing `object` in place; `old` must not be changed.
 */
export interface Strategy {
  /** Sets and clears what the server owns (status, generation) before validation. `generation` is handled by `bumpsGeneration`. */
  readonly prepareForCreate?: (object: KubeObject, context: WriteContext) => void;
  readonly prepareForUpdate?: (object: KubeObject, old: KubeObject, context: WriteContext) => void;
  /** Loads what the rules for an object need and most servers never do; undefined when there is nothing to wait for. */
  readonly load?: (object: KubeObject) => Promise<unknown> | undefined;
  /** Findings beyond types and object metadata, which are checked for every kind. Called on create. */
  readonly validate?: (object: KubeObject, context: WriteContext) => FieldError[];
  /** Called on update, in place of `validate`; calls it where upstream does. */
  readonly validateUpdate?: (object: KubeObject, old: KubeObject, context: WriteContext) => FieldError[];
  /** Warnings for the sender, on create and update. */
  readonly warnings?: (object: KubeObject, old: KubeObject | undefined, context: WriteContext) => string[];
  /** Findings on `metadata.name` (or, with `prefix`, on generateName). Default: DNS subdomain. Returns messages. */
  readonly validateName?: (name: string, prefix: boolean) => string[];
  /**
   * Where the reference server has fewer rules for metadata: for all of it, for finalizers, which need no domain then, or for
   * `generateName`, in whose place it looks at the generated name.
   */
  readonly metadataRules?: 'anyName' | 'anyFinalizer' | 'generatedName';
  /** Makes a name of `generateName`. Default: appends five characters. */
  readonly generateName?: (base: string) => string;
  /** `metadata.generation`: 1 on create, +1 when this says that the desired state changed. Absent: not kept. */
  readonly bumpsGeneration?: (object: KubeObject, old: KubeObject) => boolean;
  /** PUT to a missing name creates it. Default false. */
  readonly allowCreateOnUpdate?: boolean;
  /** PUT without resourceVersion is refused when false. Default true. */
  readonly allowUnconditionalUpdate?: boolean;
  /**
   * What DELETE does to dependents when the request does not say. Default background; with `NoGarbageCollection` it does
   * nothing, whatever the request says.
   */
  readonly defaultPropagation?: 'Orphan' | 'Background' | 'NoGarbageCollection';
  /** Warning for who deletes without saying what is to become of dependents. */
  readonly deletionWarning?: string;
  /** Why the object of this name may never be deleted, or undefined when it may: a 403. */
  readonly refusesDeletion?: (name: string) => string | undefined;
  /** DELETE answers with the object rather than with a Status. */
  readonly deleteReturnsObject?: boolean;
  /**
   * Seconds of grace for a deletion, or undefined when the object goes at once. `requested` is what the sender asked
   * for. Only pods have it.
   */
  readonly gracePeriodSeconds?: (object: KubeObject, requested: number | undefined) => number | undefined;
  /** Says that a delete must wait although there are no metadata finalizers (namespaces: spec.finalizers). */
  readonly holdsDeletion?: (object: KubeObject) => boolean;
  /** The reference server looks at the preconditions of a delete in the storage of the kind: a refusal has other words. */
  readonly checksPreconditionsItself?: true;
  /** Marks a held object as being deleted (namespace phase Terminating). `deletionTimestamp` is already set. */
  readonly prepareForDeletion?: (object: KubeObject, context: WriteContext) => void;
  /** Dotted paths that this path (main resource or subresource) never writes: emptied on create, kept on update. */
  readonly resetFields?: readonly string[];
  /** True when a create may fill `resetFields`: kubelets register their node together with its status. */
  readonly createFillsResetFields?: boolean;
  /** Objects of this kind live no longer than this, unless renewed by a write: events. */
  readonly ttlSeconds?: number;
}

/** A subresource that reads and writes the parent object through its own strategy: status, resize, approval, … */
export interface ObjectSubresource {
  readonly kind: 'object';
  readonly verbs: readonly ('get' | 'patch' | 'update')[];
  /** Who asks it for a Table gets 406: the reference server has none for it. */
  readonly withoutTable?: true;
  readonly strategy: Strategy;
}

/** `scale`: a view of the parent as autoscaling/v1 Scale. */
export interface ScaleSubresource {
  readonly kind: 'scale';
  readonly verbs: readonly ('get' | 'patch' | 'update')[];
  /** Selector text for `status.selector`. */
  readonly selector: (object: KubeObject) => string;
  readonly specReplicas: (object: KubeObject) => number;
  readonly statusReplicas: (object: KubeObject) => number;
  readonly setReplicas: (object: KubeObject, replicas: number) => void;
}

/** A subresource with a body of another kind, done by a handler in `registry/subresources`: binding, eviction, token. */
export interface ActionSubresource {
  readonly kind: 'action';
  readonly verbs: readonly 'create'[];
  /** The kind of its body. */
  readonly group: string;
  readonly version: string;
  readonly bodyKind: string;
  /** Other versions of that kind that are taken. */
  readonly alsoVersions?: readonly string[];
  readonly schema: string;
}

/** A subresource that reaches into a node: exec, attach, portforward, proxy, log. */
export interface ConnectSubresource {
  readonly kind: 'connect';
  readonly verbs: readonly ('create' | 'delete' | 'get' | 'patch' | 'update')[];
  /** The options kind that discovery shows, such as PodExecOptions. */
  readonly optionsKind: string;
}

export type Subresource = ObjectSubresource | ScaleSubresource | ActionSubresource | ConnectSubresource;

export interface TableColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'number' | 'date';
  /** 'name' on the column that holds the name. */
  readonly format?: string;
  readonly description: string;
  /** 0: always shown; 1: only with `-o wide`. */
  readonly priority: 0 | 1;
}

export interface TableRow {
  readonly cells: readonly unknown[];
  readonly conditions?: readonly { type: string; status: string; reason?: string; message?: string }[];
}

/** How `kubectl get` shows a kind. Cells see the stored version. */
export interface TableDefinition {
  readonly columns: readonly TableColumn[];
  readonly row: (object: KubeObject, nowMs: number) => TableRow;
  /** A list of none has no rows rather than an empty list of them, as it is of the kinds without columns of their own. */
  readonly nullWhenEmpty?: true;
  /** The order of the rows of a list, where it is not the one of the objects' keys. */
  readonly order?: (one: KubeObject, other: KubeObject) => number;
}

/**
 * Everything the house knows about one resource. Routes, discovery, OpenAPI, tables, RBAC verbs, storage keys and tests
 * all read it. Made by `defineResource` for built-in kinds; at run time from a CustomResourceDefinition.
 */
export interface ResourceDefinition {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
  readonly listKind: string;
  readonly singular: string;
  readonly scope: Scope;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly ResourceVerb[];
  /** Most preferred first. */
  readonly versions: readonly ServedVersion[];
  /** Group, version and key resource under which objects are stored; the group differs only for events.k8s.io. */
  readonly stored: {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
    readonly schema: string;
  };
  readonly strategy: Strategy;
  /** Names of field selectors beyond `metadata.name` and `metadata.namespace`, with the value each reads. */
  readonly selectableFields: Readonly<Record<string, (object: KubeObject) => string>>;
  /** What is said to who selects by a field that cannot be selected by, in place of the common words. */
  readonly unknownFieldText?: (field: string, version: string) => string;
  /** Annotations that the reference server computes for whole objects: metadata alone is without them. */
  readonly annotationsInFullOnly?: readonly string[];
  readonly table: TableDefinition;
  readonly subresources: Readonly<Record<string, Subresource>>;
  /** `virtual`: nothing is stored; a handler answers (reviews, component statuses, bindings). */
  readonly storage: 'stored' | 'virtual';
  /** Items of a list carry apiVersion and kind, as those of custom resources do. Absent: the list alone says it. */
  readonly listItemsNameKind?: boolean;
  /** Versions that are not served but that the reference server stores objects in, or did: how they become the stored one. */
  readonly alsoStored?: Readonly<Record<string, (object: KubeObject) => KubeObject>>;
  /** Where the reference server keeps it below `/registry/`, without namespace and name: `deployments`, `services/specs`. */
  readonly upstreamKey: string;
}

export type Validator = (object: KubeObject, path: FieldPath) => FieldError[];

type Given = Partial<ResourceDefinition> &
  Pick<
    ResourceDefinition,
    'group' | 'resource' | 'kind' | 'singular' | 'scope' | 'verbs' | 'versions' | 'table'
  >;

/** Fills the default answers and freezes. */
export function defineResource(given: Given): ResourceDefinition {
  const storedVersion = given.versions.find((served) => !served.toStored) ?? given.versions[0]!;
  return Object.freeze({
    listKind: `${given.kind}List`,
    shortNames: [],
    categories: [],
    stored: {
      group: given.group,
      version: storedVersion.version,
      kind: given.kind,
      schema: storedVersion.schema,
    },
    strategy: {},
    selectableFields: {},
    subresources: {},
    storage: 'stored' as const,
    upstreamKey: given.resource,
    ...given,
  });
}
