import type { GroupVersionKind } from '../apimachinery/gvk.ts';

/**
 * The shape of one API type, merged from the generated schemas and `facts/`. Shared and frozen; named types are
 * resolved through the `SchemaSet`.
 */
export interface StructSchema {
  /** OpenAPI name, such as `io.k8s.api.core.v1.Pod`. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly required: ReadonlySet<string>;
  /** `x-kubernetes-map-type: atomic` on the type itself. */
  readonly atomic: boolean;
  /** Set when the type is an API kind: `x-kubernetes-group-version-kind`. */
  readonly gvk?: GroupVersionKind;
  /** `x-kubernetes-unions`, as published. */
  readonly unions?: readonly unknown[];
}

/** How a value is held. */
export type TypeSchema =
  | { readonly kind: 'string'; readonly format?: string }
  | { readonly kind: 'integer'; readonly format: 'int32' | 'int64' }
  | { readonly kind: 'number'; readonly format?: string }
  | { readonly kind: 'boolean' }
  /** base64 text */
  | { readonly kind: 'bytes' }
  /** RFC 3339, with seconds or microseconds */
  | { readonly kind: 'time'; readonly micro: boolean }
  | { readonly kind: 'quantity' }
  | { readonly kind: 'intOrString' }
  /** any JSON, kept as it is; `ref` names the type when it has a name (RawExtension, FieldsV1, JSONSchemaPropsOrBool, …) */
  | { readonly kind: 'any'; readonly ref?: string }
  | { readonly kind: 'struct'; readonly ref: string }
  | { readonly kind: 'list'; readonly items: TypeSchema }
  | { readonly kind: 'map'; readonly values: TypeSchema };

export interface FieldSchema {
  readonly type: TypeSchema;
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  /** Strategic merge: the key that identifies list items. */
  readonly patchMergeKey?: string;
  /** Strategic merge: `merge`, `replace`, `retainKeys`, `merge,retainKeys`. */
  readonly patchStrategy?: string;
  readonly enum?: readonly string[];
  readonly itemEnum?: readonly string[];
  /** OpenAPI v3 default, zero values included. */
  readonly default?: unknown;
  /** Printed by the reference server even when empty (`status: {}`), as no `omitempty` stands on it. */
  readonly alwaysPresent?: boolean;
  /** Go holds a pointer: an explicit zero value (`0`, `false`, `""`) differs from an absent one and is kept. */
  readonly pointer?: boolean;
  /** A rule of the reference server tells an empty list from none (`!= nil` in Go), though neither is ever stored. */
  readonly toldWhenEmpty?: boolean;
}

/** Looks types up by OpenAPI name. Built once; parses the generated file on first use. */
export interface SchemaSet {
  /** Throws when there is no such type: names come from definitions, not from users. */
  struct(name: string): StructSchema;
  has(name: string): boolean;
  names(): Iterable<string>;
  /** Loaded only when asked for (OpenAPI documents). */
  descriptions(): SchemaDescriptions;
}

export interface SchemaDescriptions {
  type(name: string): string | undefined;
  field(name: string, field: string): string | undefined;
}
