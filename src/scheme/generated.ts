/*
 * The form of `build/schemas.json` and `build/descriptions.json`, which `tools/generate-schemas.ts` writes and
 * `schema-set.ts` reads.
 */

/** What holds for a type as a whole. */
export interface TypeFacts {
  /** `v1/Pod`, `apps/v1/Deployment`: set on types that are an API kind. */
  readonly kind?: string;
  /** `x-kubernetes-map-type: atomic` on the type. */
  readonly atomic?: boolean;
  /** `x-kubernetes-unions`, as published. */
  readonly unions?: readonly unknown[];
}

/**
 * One field: its type text, or the text with facts beside it. The text is `[]` and `{}` for each list and map around
 * the type, then `string`, `boolean`, `int32`, `int64`, `double`, `bytes`, or the OpenAPI name of a type; then `?` when
 * Go holds a pointer and `!` when the field is printed even if empty.
 */
export type GeneratedField = string | [type: string, facts: Readonly<Record<string, unknown>>];

export interface GeneratedType extends TypeFacts {
  readonly fields: Readonly<Record<string, GeneratedField>>;
  readonly required?: readonly string[];
}

export interface GeneratedSchemas {
  readonly types: Readonly<Record<string, GeneratedType>>;
}

/** Type name → texts. The type's own text has the key ''. */
export type GeneratedDescriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;
